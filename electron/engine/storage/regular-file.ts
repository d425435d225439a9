import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** What stands where a file is needed. Its code is BSD's for a wrong kind of file, or EISDIR. */
export class NotAFileError extends Error {
  readonly code: 'EFTYPE' | 'EISDIR';
  readonly path: string;

  constructor(file: string, status: Stats) {
    super(`${file} is ${kindOf(status)}, not a file.`);
    this.code = status.isDirectory() ? 'EISDIR' : 'EFTYPE';
    this.path = file;
  }
}

/** More than may be read of a file. */
export class FileTooLargeError extends Error {
  readonly code = 'EFBIG';
  readonly path: string;

  constructor(file: string, most: number) {
    super(`${file} has more than ${most} bytes.`);
    this.path = file;
  }
}

/** Opening must not wait: a pipe without a writer would do so for good. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading, through links. A folder, pipe, socket or device is refused at once and not
 * waited for.
 *
 * @throws NotAFileError, and the system's errors
 */
export async function openRegular(file: string): Promise<FileHandle> {
  // Asked before opening too, since opening alone moves some devices.
  requireRegular(file, await stat(file));
  const handle = await open(file, READ_WITHOUT_WAITING);
  try {
    requireRegular(file, await handle.stat());
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/**
 * The bytes of a file that `openRegular` opens.
 *
 * @param most bytes that are read at the most
 * @param memory where they are put, if there is room for them; by default in memory of their own
 * @throws NotAFileError, FileTooLargeError, and the system's errors
 */
export async function readRegular(
  file: string,
  most = Number.POSITIVE_INFINITY,
  memory?: Buffer<ArrayBuffer>,
): Promise<Buffer<ArrayBuffer>> {
  const handle = await openRegular(file);
  try {
    const { size } = await handle.stat();
    if (size > most) throw new FileTooLargeError(file, most);
    const hasRoom = memory !== undefined && memory.length >= size;
    return await readInto(hasRoom ? memory : Buffer.allocUnsafeSlow(size), handle, size);
  } finally {
    await handle.close();
  }
}

/** The first `size` bytes of a file. Node's own way reads it in pieces, and needs as much again to put them together. */
async function readInto(
  memory: Buffer<ArrayBuffer>,
  handle: FileHandle,
  size: number,
): Promise<Buffer<ArrayBuffer>> {
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(memory, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return memory.subarray(0, length);
}

/** In bytes; undefined where no file is. */
export async function regularSize(file: string): Promise<number | undefined> {
  return stat(file).then(
    (status) => (status.isFile() ? status.size : undefined),
    () => undefined,
  );
}

function requireRegular(file: string, status: Stats): void {
  if (!status.isFile()) throw new NotAFileError(file, status);
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a pipe';
  return status.isSocket() ? 'a socket' : 'a device';
}
