import { type Dirent, rmSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { isSystemError } from './errors.ts';

/** Virus scanners and the like hold files for a moment, on Windows above all. */
const PATIENCE = { recursive: true, force: true, maxRetries: 3 } as const;

/**
 * Removes a file, or a folder with all that is in it. Of a link the link goes, and what it leads to stays.
 * Nothing happens where nothing is.
 */
export async function remove(target: string): Promise<void> {
  await rm(target, PATIENCE);
}

/** `remove` for what happens inside a transaction. */
export function removeSync(target: string): void {
  rmSync(target, PATIENCE);
}

/**
 * What is in a folder, for whoever is about to remove or to move some of it: nothing where no folder is,
 * and nothing where a link stands, whatever it leads to.
 */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    if (!(await lstat(folder)).isDirectory()) return [];
    return await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR')) return [];
    throw thrown;
  }
}
