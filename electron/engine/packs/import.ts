import { access, chmod, copyFile, constants, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { MANIFEST_FILE, type PackManifest } from '../../contract/pack.ts';
import { ScratchFolder } from '../storage/scratch-folder.ts';
import { readError, storageErrorCode, writeError } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { NotAFileError, regularSize } from '../storage/regular-file.ts';
import { openArchive } from './archive.ts';
import { retire, sweepDrafts } from './drafts.ts';
import { MAX_MANIFEST_BYTES, readManifest } from './manifest.ts';
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
  const from = await openSource(source);
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

async function openSource(source: string): Promise<PackSource> {
  try {
    const status = await stat(source);
    return status.isDirectory() ? folderSource(source) : await openArchive(source);
  } catch (thrown) {
    throw sourceError(thrown, source);
  }
}

function sourceError(cause: unknown, source: string): unknown {
  if (cause instanceof StudioError) return cause;
  const label = path.basename(source);
  if (cause instanceof NotAFileError) {
    return new StudioError(
      'pack-not-a-pack',
      `${label} is neither a folder nor a file. Nothing was taken in; choose a folder or a ZIP archive.`,
      { cause },
    );
  }
  const code = storageErrorCode(cause) ?? 'file-not-found';
  if (code === 'file-not-found') {
    return new StudioError(code, `There is no pack at ${source}.`, { cause });
  }
  if (code !== 'access-denied') return cause;
  return new StudioError(
    code,
    `${source} may not be read. Nothing was taken in; allow reading it and try again.`,
    { cause },
  );
}

/** Copying it would blame the copy. */
async function requireReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (thrown) {
    throw readError(thrown, file);
  }
}

function folderSource(folder: string): PackSource {
  return {
    copy: async (name, target, most) => {
      const file = path.join(folder, name);
      if (((await regularSize(file)) ?? Infinity) > most) return;
      await requireReadable(file);
      await copyFile(file, target, constants.COPYFILE_EXCL);
      // Copied with whatever others may do to the file there.
      await chmod(target, PRIVATE_FILE);
    },
    close: () => Promise.resolve(),
  };
}
