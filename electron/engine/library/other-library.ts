import { stat } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import type { ImageCodec } from '../images/codec.ts';
import { readError, storageErrorCode } from '../storage/errors.ts';
import { TemporaryFolder, temporaryFolderError } from '../storage/temporary-folder.ts';
import type { WorkOptions } from './backup.ts';
import { type Library, openLibraryToRead } from './library.ts';
import { unpackLibrary } from './unpack.ts';

/**
 * Reads another library: that in a folder, or in the archive that a backup became.
 *
 * @throws StudioError `file-not-found` where there is none, and as `unpackLibrary` does
 */
export async function withOtherLibrary<T>(
  at: string,
  codec: ImageCodec,
  options: WorkOptions,
  use: (other: Library) => Promise<T>,
): Promise<T> {
  const temporary = new TemporaryFolder('unpacked');
  try {
    const other = await openLibraryToRead(await folderOf(at, temporary, options), codec);
    try {
      await other.reconciled;
      return await use(other);
    } finally {
      await other.close();
    }
  } finally {
    await temporary.close();
  }
}

async function folderOf(
  at: string,
  temporary: TemporaryFolder,
  options: WorkOptions,
): Promise<string> {
  const status = await stat(at).catch((thrown: unknown) => {
    if (storageErrorCode(thrown) !== 'file-not-found') throw readError(thrown, at);
    throw new StudioError('file-not-found', `There is nothing at ${at}. Nothing was changed.`);
  });
  if (status.isDirectory()) return at;
  const folder = await temporary.folder('library');
  try {
    await unpackLibrary(at, folder, options);
  } catch (thrown) {
    throw temporaryFolderError(thrown);
  }
  return folder;
}
