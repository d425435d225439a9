/** Folders and archives that files are taken from, opened by what stands at a path. */
import { access, chmod, copyFile, constants, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { readError, storageErrorCode } from '../storage/errors.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';
import { NotAFileError, readRegular, regularSize } from '../storage/regular-file.ts';
import { openArchive } from './archive.ts';
import type { PackSource } from './pack-source.ts';

/**
 * Opens a folder, or a ZIP archive of one.
 *
 * @param marker the file by which the folder is found in an archive
 * @throws StudioError `file-not-found`, `access-denied`, `pack-not-a-pack`, `pack-path-escapes`
 */
export async function openSource(source: string, marker: string): Promise<PackSource> {
  try {
    const status = await stat(source);
    return status.isDirectory() ? folderSource(source) : await openArchive(source, marker);
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
    return new StudioError(code, `There is nothing at ${source}.`, { cause });
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

/** Links must not lead out: somebody else's file would be copied in. Caches of model hubs link to their `blobs`. */
async function requireInside(folder: string, file: string): Promise<void> {
  const [root, real] = await Promise.all([realpath(folder), realpath(file)]);
  const homes = [root, path.resolve(root, '../../blobs')];
  if (homes.some((home) => real.startsWith(home + path.sep))) return;
  throw new StudioError(
    'pack-path-escapes',
    `${path.relative(folder, file)} is a link to a place outside ${path.basename(folder)}. Nothing was taken in.`,
  );
}

/**
 * In bytes; null where nothing is.
 *
 * @throws StudioError `pack-file-corrupt` for what is no file
 */
async function sizeOf(file: string, name: string): Promise<number | null> {
  const status = await stat(file).catch(() => null);
  if (!status || status.isFile()) return status && status.size;
  throw new StudioError(
    'pack-file-corrupt',
    `"${name}" is no file. Nothing was taken in; get the model again.`,
    { details: { file: name } },
  );
}

function folderSource(folder: string): PackSource {
  return {
    list: (below) => readdir(path.join(folder, below)).catch(() => []),
    read: async (name, most) => {
      const file = path.join(folder, name);
      if (((await regularSize(file)) ?? Infinity) > most) return undefined;
      await requireReadable(file);
      await requireInside(folder, file);
      return readRegular(file, most);
    },
    copy: async (name, target, most) => {
      const file = path.join(folder, name);
      const size = await sizeOf(file, name);
      if (size === null || size > most) return;
      await requireReadable(file);
      await requireInside(folder, file);
      await copyFile(file, target, constants.COPYFILE_EXCL);
      // Copied with whatever others may do to the file there.
      await chmod(target, PRIVATE_FILE);
    },
    close: () => Promise.resolve(),
  };
}
