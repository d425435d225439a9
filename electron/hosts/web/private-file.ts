import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a small file that only this user can read, whatever stood there before. */
export async function writePrivately(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // A file that is there keeps its mode, and a link leads elsewhere.
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
}
