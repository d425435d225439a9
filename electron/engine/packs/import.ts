import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import { StudioError } from '../../contract/errors.ts';
import { writeError } from '../storage/errors.ts';
import { MANIFEST_FILE, readManifest } from './manifest.ts';
import { sizeOf } from './registry.ts';

/** How the folder begins that a pack is copied to before it is checked. */
const DRAFT = '.import-';
const ABANDONED_MS = 24 * 60 * 60 * 1_000;
const MAX_MANIFEST_BYTES = 4_000_000;

/** A folder or an archive that files of a pack are taken from. */
interface Source {
  /** Does nothing where the source has no such file, or one that is larger than it may be. */
  copy(name: string, target: string, most: number): Promise<void>;
  close(): void;
}

/**
 * Takes a pack in, from a folder or a ZIP archive. The files that its manifest lists are copied beside
 * its place, checked there, and only then put in place.
 *
 * @param root folder that imported packs go to
 * @param check throws unless the pack in a folder is sound
 * @returns the pack's new folder
 * @throws StudioError `pack-exists`, `pack-not-a-pack`, `file-not-found`, `disk-full`,
 *   `access-denied`, and what `check` throws
 */
export async function importPack(
  source: string,
  root: string,
  check: (folder: string) => Promise<unknown>,
): Promise<string> {
  const from = await openSource(source);
  await mkdir(root, { recursive: true });
  await removeAbandoned(root);
  const draft = await mkdtemp(path.join(root, DRAFT));
  try {
    await from.copy(MANIFEST_FILE, path.join(draft, MANIFEST_FILE), MAX_MANIFEST_BYTES);
    const { id, files } = await readManifest(draft);
    const folder = path.join(root, id);
    if ((await sizeOf(folder)) !== undefined) throw alreadyThere(id, folder);
    for (const [name, { bytes }] of Object.entries(files)) {
      const target = path.join(draft, name);
      await mkdir(path.dirname(target), { recursive: true });
      // One that is missing is for the check to tell.
      await from.copy(name, target, bytes);
    }
    await check(draft);
    await rename(draft, folder);
    return folder;
  } catch (thrown) {
    throw writeError(thrown, 'The pack');
  } finally {
    from.close();
    await rm(draft, { recursive: true, force: true });
  }
}

/** What an import left behind that was ended in the middle; one that is under way is not so old. */
async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(DRAFT)) continue;
    const draft = path.join(root, name);
    const { mtimeMs } = await stat(draft);
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(draft, { recursive: true, force: true });
  }
}

async function openSource(source: string): Promise<Source> {
  const status = await stat(source).catch((cause: unknown) => {
    throw new StudioError('file-not-found', `There is no pack at ${source}.`, { cause });
  });
  return status.isDirectory() ? folderSource(source) : zipSource(source);
}

function folderSource(folder: string): Source {
  return {
    copy: async (name, target, most) => {
      const file = path.join(folder, name);
      if (((await sizeOf(file)) ?? Infinity) <= most) await copyFile(file, target);
    },
    close: () => undefined,
  };
}

/** The pack may stand in the archive as it is or in a folder of it. */
async function zipSource(file: string): Promise<Source> {
  const zip = await openPromise(file, { autoClose: false }).catch((cause: unknown) => {
    throw new StudioError(
      'pack-not-a-pack',
      `${path.basename(file)} is neither a folder nor a ZIP archive that can be read.`,
      { cause },
    );
  });
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  const manifest = [...entries.keys()].find((name) => path.posix.basename(name) === MANIFEST_FILE);
  const prefix = manifest?.slice(0, -MANIFEST_FILE.length) ?? '';
  return {
    copy: async (name, target, most) => {
      const entry = entries.get(prefix + name);
      // No more than this comes out of the archive: yauzl ends an entry at the size it names.
      if (!entry || entry.uncompressedSize > most) return;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    },
    close: () => zip.close(),
  };
}

function alreadyThere(id: string, folder: string): StudioError {
  return new StudioError(
    'pack-exists',
    `A pack "${id}" is in ${folder} already and was left as it is. Move it away to take another one in.`,
  );
}
