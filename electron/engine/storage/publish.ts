import { lstat, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { IfExists } from '../../contract/export.ts';
import { StudioError } from '../../contract/errors.ts';
import { ScratchFolder, sweepScratchFolders } from './scratch-folder.ts';
import { syncFile, syncFolder, writeDurably } from './durable.ts';
import { writeError } from './errors.ts';
import { makeFolder, PRIVATE_FOLDER } from './make-folder.ts';

/** A folder that many files go to is looked through once in this time. */
const SWEEP_EVERY_MS = 60_000;

/** When folders were last looked through for what ended processes left. */
const sweptAt = new Map<string, number>();

/**
 * Makes a file or folder appear at `target` complete or not at all: `produce` writes into a hidden folder
 * beside it, which goes at the end, whatever came of it. What processes left there that were killed is
 * cleared away.
 *
 * @returns the path it got, which is not `target` when that was taken and `ifExists` is `rename`
 * @throws StudioError `file-exists`, `disk-full`, `access-denied` or `file-not-found`, and whatever
 *   `produce` throws
 */
export async function publish(
  target: string,
  ifExists: IfExists,
  produce: (draft: string) => Promise<void>,
): Promise<string> {
  try {
    await makeFolder(path.dirname(target));
    // Asked before the work, so that a refusal comes at once, and after it, when the answer counts.
    await chooseName(target, ifExists);
    return await withDraft(target, async (draft) => {
      await produce(draft);
      if ((await stat(draft)).isFile()) await syncFile(draft);
      const chosen = await chooseName(target, ifExists);
      await rename(draft, chosen);
      return chosen;
    });
  } catch (thrown) {
    throw writeError(thrown, target);
  }
}

/**
 * `publish` for a folder, which never takes the place of another one: between two names there would be none.
 *
 * @param produce writes into the folder it is given
 * @throws StudioError `invalid-argument` for `replace`
 */
export async function publishFolder(
  target: string,
  ifExists: IfExists,
  produce: (draft: string) => Promise<void>,
): Promise<string> {
  if (ifExists === 'replace') {
    throw new StudioError(
      'invalid-argument',
      `A folder is never replaced, and ${target} would be one. Nothing was written; choose another name.`,
    );
  }
  return publish(target, ifExists, async (draft) => {
    await makeFolder(draft);
    await produce(draft);
  });
}

/** Where to write a file that is to be called so, with or without a number behind. */
export type Claim = (name: string) => Promise<string>;

/**
 * Makes files appear in a folder once all of them are complete, and none if one is not. Of two of one name, as file
 * systems without case compare, the second gets a number, whatever `ifExists` says of older files.
 *
 * @param ifExists asked for each name before it is written, and again when all are
 * @param produce gets a hidden folder too, for what is needed on the way
 * @returns the paths they got, in the order in which they were claimed
 * @throws StudioError as `publish` does; then nothing is there, unless the disk fails between two names
 */
export async function publishAll(
  folder: string,
  ifExists: IfExists,
  produce: (claim: Claim, scratch: string) => Promise<void>,
): Promise<string[]> {
  try {
    await makeFolder(folder);
    return await withDraft(path.join(folder, 'files'), async (drafts) => {
      await makeFolder(drafts);
      const names = new Map<string, string>();
      const claim = async (asked: string) => {
        const name = freeAmong(names, asked);
        if (ifExists === 'refuse') await chooseName(path.join(folder, name), ifExists);
        names.set(name.toLowerCase(), name);
        return path.join(drafts, name);
      };
      await produce(claim, path.dirname(drafts));
      for (const name of names.values()) await syncFile(path.join(drafts, name));
      if (ifExists === 'refuse') {
        for (const name of names.values()) await chooseName(path.join(folder, name), ifExists);
      }
      const files: string[] = [];
      for (const name of names.values()) {
        const chosen = await chooseName(path.join(folder, name), ifExists);
        await rename(path.join(drafts, name), chosen);
        files.push(chosen);
      }
      return files;
    });
  } catch (thrown) {
    throw writeError(thrown, folder);
  }
}

/** @param names by how they compare */
function freeAmong(names: ReadonlyMap<string, string>, asked: string): string {
  const { name, ext } = path.parse(asked);
  let free = asked;
  for (let n = 2; names.has(free.toLowerCase()); n += 1) free = `${name} (${n})${ext}`;
  return free;
}

/**
 * Keeps a file for nobody but the owner, whole or not at all, in place of one of that name.
 *
 * @throws StudioError as `publish` does
 */
export async function keepFile(target: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await makeFolder(path.dirname(target), PRIVATE_FOLDER);
    await withDraft(target, async (draft) => {
      await writeDurably(draft, bytes);
      await rename(draft, target);
    });
    await syncFolder(path.dirname(target));
  } catch (thrown) {
    throw writeError(thrown, target);
  }
}

/**
 * Clears away what killed processes left beside `target`, and gives the work a hidden folder there.
 *
 * @param work gets a free name in that folder with the extension of `target`, on the same disk
 */
export async function withDraft<T>(
  target: string,
  work: (draft: string) => Promise<T>,
): Promise<T> {
  const { dir, ext } = path.parse(target);
  await sweepOnce(dir);
  const scratch = ScratchFolder.open(dir);
  try {
    return await work(path.join(scratch.folder, `draft${ext}`));
  } finally {
    await scratch.remove();
  }
}

async function sweepOnce(folder: string): Promise<void> {
  const now = Date.now();
  if (now - (sweptAt.get(folder) ?? -Infinity) < SWEEP_EVERY_MS) return;
  sweptAt.set(folder, now);
  await sweepScratchFolders(folder);
}

async function chooseName(target: string, ifExists: IfExists): Promise<string> {
  if (ifExists === 'replace' || !(await exists(target))) return target;
  if (ifExists === 'rename') return firstFreeName(target);
  throw new StudioError(
    'file-exists',
    `${target} already exists and was left as it is. Choose another name, or have a number put behind it.`,
  );
}

async function firstFreeName(target: string): Promise<string> {
  const { dir, name, ext } = path.parse(target);
  for (let n = 2; ; n += 1) {
    const candidate = path.join(dir, `${name} (${n})${ext}`);
    if (!(await exists(candidate))) return candidate;
  }
}

/** A link that leads nowhere is there too. */
async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
