import { fsyncSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isSystemError } from './errors.ts';
import { PRIVATE_FILE } from './make-folder.ts';

/** What network drives and odd file systems answer that do not know how to wait for the disk. */
const NOT_KNOWN = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'ENOTTY'];
/** And what those answer that do not let a folder be opened, or not for this. */
const NOT_FOR_FOLDERS = ['EPERM', 'EACCES', 'EISDIR', 'EBADF', 'ENOENT'];

/** Writes a new file for nobody but the owner, and returns when its bytes are on the disk. */
export async function writeDurably(file: string, bytes: Uint8Array | string): Promise<void> {
  await withHandle(file, 'wx', async (handle) => {
    await handle.writeFile(bytes);
    await sync(handle);
  });
}

/** Returns when the bytes of a file that is already written are on the disk. */
export async function syncFile(file: string): Promise<void> {
  await withHandle(file, 'r+', sync);
}

/**
 * Returns when the names in a folder are on the disk, as far as the disk can tell: Windows does this
 * itself and offers no call, and some network drives refuse it.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    await withHandle(folder, 'r', sync);
  } catch (thrown) {
    if (!isSystemError(thrown, ...NOT_FOR_FOLDERS)) throw thrown;
  }
}

/** Returns when the bytes of an open file are on the disk. Synchronous: it happens inside a transaction. */
export function syncDescriptor(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (thrown) {
    if (!isSystemError(thrown, ...NOT_KNOWN)) throw thrown;
  }
}

async function sync(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (thrown) {
    if (!isSystemError(thrown, ...NOT_KNOWN)) throw thrown;
  }
}

async function withHandle(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags, PRIVATE_FILE);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
