import type { Dirent, Stats } from 'node:fs';
import { chmod, lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { PRIVATE_FILE, PRIVATE_FOLDER } from './make-folder.ts';
import { entriesOf } from './remove.ts';

/**
 * Whether other users of the machine are kept out: `private`; `open` where a disk or a link does not let
 * that be; `unknown` where the system goes by something else than modes, as Windows does.
 */
export type Privacy = 'private' | 'open' | 'unknown';

const HAS_MODES = process.platform !== 'win32';

/**
 * Keeps others out of a folder and all that is in it. A folder is closed after what it holds, so that one
 * that is closed needs no second look, and this costs next to nothing where it was done before. Links are
 * left alone, and so is what they lead to; what cannot be closed stays as it is.
 */
export async function closeTree(folder: string): Promise<void> {
  const status = await lstat(folder).catch(() => null);
  if (!HAS_MODES || !status?.isDirectory() || isClosed(status)) return;
  for (const entry of await entriesOf(folder).catch((): Dirent[] => [])) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) await closeTree(at);
    else if (entry.isFile()) await setMode(at, PRIVATE_FILE);
  }
  await setMode(folder, PRIVATE_FOLDER);
}

/**
 * Keeps others out of one file or folder, whatever lies in it. A link is left alone.
 *
 * @returns whether that could be done, or had been
 */
export async function closeOne(target: string): Promise<boolean> {
  const status = await lstat(target).catch(() => null);
  if (!HAS_MODES || !status || status.isSymbolicLink()) return false;
  if (isClosed(status)) return true;
  await setMode(target, status.isDirectory() ? PRIVATE_FOLDER : PRIVATE_FILE);
  return isClosed(await lstat(target).catch(() => status));
}

/** Of a folder and those of its parts that are there. A part that is a link lies in no closed folder. */
export async function privacyOf(folder: string, parts: readonly string[]): Promise<Privacy> {
  if (!HAS_MODES) return 'unknown';
  const isRootClosed = await isClosedTo(folder);
  for (const part of parts.map((name) => path.join(folder, name))) {
    const status = await lstat(part).catch(() => null);
    const isShielded = status === null || (isRootClosed && !status.isSymbolicLink());
    if (!isShielded && !(await isClosedTo(part))) return 'open';
  }
  return 'private';
}

/** Through links. */
async function isClosedTo(target: string): Promise<boolean> {
  return stat(target).then(isClosed, () => true);
}

function isClosed({ mode }: Stats): boolean {
  return (mode & 0o077) === 0;
}

/** What is somebody else's, or lies where modes are not kept, stays as it is. */
async function setMode(target: string, mode: number): Promise<void> {
  await chmod(target, mode).catch(() => undefined);
}
