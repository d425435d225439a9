import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isSystemError } from './errors.ts';

/** For nobody but the owner. */
export const PRIVATE_FOLDER = 0o700;
/** For nobody but the owner. */
export const PRIVATE_FILE = 0o600;

/** Every user of the machine, as far as the umask goes: for what is made in the artist's own folders. */
const SHARED_FOLDER = 0o777;

/**
 * Makes a folder with all that it lies in, as `mkdir` with `recursive` does. That one never returns where
 * a parent is there and answers ENOENT all the same, as /proc does; here each parent is asked once.
 *
 * @param mode of every folder that is made
 * @throws the system's errors; `EEXIST` for something that is no folder
 */
export async function makeFolder(folder: string, mode = SHARED_FOLDER): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (thrown) {
    if (await isFolder(folder)) return;
    const parent = path.dirname(folder);
    if (!isSystemError(thrown, 'ENOENT') || parent === folder) throw thrown;
    await makeFolder(parent, mode);
    await mkdir(folder, mode).catch(async (again: unknown) => {
      // Another process may have been faster.
      if (!(await isFolder(folder))) throw again;
    });
  }
}

/** `makeFolder` for what happens inside a transaction. */
export function makeFolderSync(folder: string, mode = SHARED_FOLDER): void {
  try {
    mkdirSync(folder, mode);
  } catch (thrown) {
    if (isFolderSync(folder)) return;
    const parent = path.dirname(folder);
    if (!isSystemError(thrown, 'ENOENT') || parent === folder) throw thrown;
    makeFolderSync(parent, mode);
    mkdirOnce(folder, mode);
  }
}

function mkdirOnce(folder: string, mode: number): void {
  try {
    mkdirSync(folder, mode);
  } catch (thrown) {
    if (!isFolderSync(folder)) throw thrown;
  }
}

/**
 * Also through a link: a folder may lie on another disk.
 *
 * @throws the system's `ELOOP`, which `mkdir` calls EEXIST
 */
async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (status) => status.isDirectory(),
    (thrown: unknown) => {
      if (isSystemError(thrown, 'ELOOP')) throw thrown;
      return false;
    },
  );
}

function isFolderSync(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch (thrown) {
    if (isSystemError(thrown, 'ELOOP')) throw thrown;
    return false;
  }
}
