import { type FileHandle, open } from 'node:fs/promises';

/** Writes a new file and returns when its bytes are on the disk. */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  await withHandle(file, 'wx', async (handle) => {
    await handle.writeFile(bytes);
    await handle.sync();
  });
}

/** Returns when the bytes of a file that is already written are on the disk. */
export async function syncFile(file: string): Promise<void> {
  await withHandle(file, 'r+', (handle) => handle.sync());
}

/** Returns when the names in a folder are on the disk. Windows does this itself and offers no call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withHandle(folder, 'r', (handle) => handle.sync());
}

async function withHandle(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
