/** Files of artists' pictures, as far as no codec is needed; every failure says what to do. */
import { open, readFile, stat } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { isSystemError, storageErrorCode } from '../storage/errors.ts';

/**
 * How many bytes a picture's file has.
 *
 * @throws StudioError `file-not-found`, `access-denied`, or `picture-unreadable` for what is no file
 */
export async function fileSize(file: string): Promise<number> {
  const status = await stat(file).catch((thrown: unknown) => {
    throw fileError(thrown, file);
  });
  // Neither folders nor pipes, which would be waited for.
  if (status.isFile()) return status.size;
  const kind = status.isDirectory() ? 'a folder' : 'no file';
  throw new StudioError('picture-unreadable', `${file} is ${kind}. Choose one picture.`);
}

/** The first bytes of a picture's file, at most so many. Throws as {@link fileSize}. */
export async function fileHead(file: string, most: number): Promise<Uint8Array> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } catch (thrown) {
    throw fileError(thrown, file);
  }
}

/** A picture's file. Throws as {@link fileSize}. */
export async function fileBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((thrown: unknown) => {
    throw fileError(thrown, file);
  });
}

function fileError(thrown: unknown, file: string): unknown {
  if (storageErrorCode(thrown) === 'file-not-found' || isSystemError(thrown, 'ENOTDIR')) {
    return new StudioError('file-not-found', `There is no picture at ${file}.`, { cause: thrown });
  }
  if (storageErrorCode(thrown) === 'access-denied') {
    return new StudioError(
      'access-denied',
      `${file} may not be read. Allow it in the file's permissions, or use a copy of your own.`,
      { cause: thrown },
    );
  }
  const reason = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
  return new StudioError(
    'picture-unreadable',
    `${file} could not be read${reason}. Use a copy of it in another folder.`,
    { cause: thrown },
  );
}
