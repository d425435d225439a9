/** Files of artists' pictures, as far as no codec is needed; every failure says what to do. */
import { StudioError } from '../../contract/errors.ts';
import { isSystemError, readError, storageErrorCode } from '../storage/errors.ts';
import { NotAFileError, openRegular, readRegular } from '../storage/regular-file.ts';

/**
 * How many bytes a picture's file has.
 *
 * @throws StudioError `file-not-found`, `access-denied`, `picture-unreadable` for what is no file, and what
 *   else the system says of it
 */
export async function fileSize(file: string): Promise<number> {
  return reading(file, async () => {
    await using handle = await openRegular(file);
    return (await handle.stat()).size;
  });
}

/** The first bytes of a picture's file, at most so many. Throws as {@link fileSize}. */
export async function fileHead(file: string, most: number): Promise<Uint8Array> {
  return reading(file, async () => {
    await using handle = await openRegular(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  });
}

/** A picture's file. Throws as {@link fileSize}. */
export async function fileBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return reading(file, () => readRegular(file));
}

async function reading<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw fileError(thrown, file);
  }
}

function fileError(thrown: unknown, file: string): unknown {
  if (thrown instanceof NotAFileError) {
    return new StudioError('picture-unreadable', `${file} is no file. Choose one picture.`, {
      cause: thrown,
    });
  }
  if (storageErrorCode(thrown) === 'file-not-found' || isSystemError(thrown, 'ENOTDIR')) {
    return new StudioError('file-not-found', `There is no picture at ${file}.`, { cause: thrown });
  }
  return readError(thrown, file);
}
