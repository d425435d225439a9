import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { MANIFEST_FILE, type PackManifest } from '../../contract/pack.ts';
import { ScratchFolder } from '../storage/scratch-folder.ts';
import { writeError } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { retire, sweepDrafts } from './drafts.ts';
import { MAX_MANIFEST_BYTES, readManifest } from './manifest.ts';
import { openSource } from './open-source.ts';
import type { PackSource } from './pack-source.ts';
import { choosePlace, type Place } from './replace.ts';

export interface ImportOptions {
  /** Folders of pack folders, the first of them for those that are imported. */
  readonly roots: readonly [string, ...string[]];
  /** Whether a pack that was imported before and has the same id makes place. */
  readonly replace?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes a pack in, from a folder or a ZIP archive. The files that its manifest lists are copied beside
 * its place, checked there, and only then put in place.
 *
 * @param check throws unless the pack in a folder is sound
 * @returns the pack's new folder
 * @throws StudioError `pack-exists`, `pack-not-a-pack`, `pack-path-escapes`, `file-not-found`, `disk-full`,
 *   `access-denied`, and what `check` throws
 */
export async function importPack(
  source: string,
  { roots, replace = false, signal }: ImportOptions,
  check: (folder: string) => Promise<unknown>,
): Promise<string> {
  const [root] = roots;
  const from = await openSource(source, MANIFEST_FILE);
  try {
    await makeFolder(root, PRIVATE_FOLDER);
    await sweepDrafts(root);
    const scratch = ScratchFolder.open(root);
    const draft = path.join(scratch.folder, 'pack');
    try {
      await mkdir(draft, PRIVATE_FOLDER);
      const manifest = await copyManifest(from, draft);
      const place = await choosePlace(manifest, source, roots, replace);
      await copyFiles(from, draft, manifest, signal);
      await check(draft);
      await putInPlace(draft, place);
      return place.folder;
    } catch (thrown) {
      throw toldOf(source, thrown, draft);
    } finally {
      await scratch.remove();
    }
  } catch (thrown) {
    throw writeError(thrown, 'The pack');
  } finally {
    await from.close();
  }
}

async function copyManifest(from: PackSource, draft: string): Promise<PackManifest> {
  await from.copy(MANIFEST_FILE, path.join(draft, MANIFEST_FILE), MAX_MANIFEST_BYTES);
  return readManifest(draft);
}

async function copyFiles(
  from: PackSource,
  draft: string,
  { files }: PackManifest,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [name, { bytes }] of Object.entries(files)) {
    throwIfCancelled(signal);
    const target = path.join(draft, name);
    await makeFolder(path.dirname(target), PRIVATE_FOLDER);
    // One that is missing is for the check to tell.
    await from.copy(name, target, bytes, signal);
  }
}

/** A pack that was there goes once the new one has come, and comes back should that fail. */
async function putInPlace(draft: string, { folder, isTaken }: Place): Promise<void> {
  if (!isTaken) return rename(draft, folder);
  const retired = await retire(folder);
  try {
    await rename(draft, folder);
  } catch (thrown) {
    await rename(retired, folder);
    throw thrown;
  }
  await rm(retired, { recursive: true, force: true });
}

/** What is wrong with a draft is wrong with what it was copied from; the draft is gone when it is read. */
function toldOf(source: string, thrown: unknown, draft: string): unknown {
  if (!(thrown instanceof StudioError) || !thrown.message.includes(draft)) return thrown;
  const { code, message, details } = thrown;
  return new StudioError(code, message.replaceAll(draft, source), {
    cause: thrown,
    ...(details && { details }),
  });
}
