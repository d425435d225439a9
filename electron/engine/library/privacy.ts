import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { isScratchName } from '../storage/scratch-folder.ts';
import { closeOne, closeTree, type Privacy, privacyOf } from '../storage/private.ts';
import { entriesOf } from '../storage/remove.ts';
import { DATABASE, LIBRARY_FILES, LIBRARY_FOLDERS, type LibraryFolder } from './folder.ts';

/** Of a folder in which everybody may put files, and only their owners remove them. */
const STICKY = 0o1000;

/**
 * Keeps other users of the machine out of a library that an older studio made for all to read.
 *
 * @returns `done` when also what lies in its folders is closed; what matters is so before
 */
export async function closeLibrary({ root }: LibraryFolder): Promise<{ done: Promise<void> }> {
  if (await isOursAlone(root).catch(() => false)) await closeOne(root);
  // Where the first is not closed, this disk keeps no modes: nothing is gained by going through them all.
  const [isKept] = await Promise.all(LIBRARY_FILES.map((name) => closeOne(path.join(root, name))));
  return { done: isKept ? closeFolders(root) : Promise.resolve() };
}

/** Whether others can read the library, as it is now. */
export function libraryPrivacy(root: string): Promise<Privacy> {
  return privacyOf(root, [...LIBRARY_FILES, ...LIBRARY_FOLDERS]);
}

async function closeFolders(root: string): Promise<void> {
  for (const folder of LIBRARY_FOLDERS) await closeTree(path.join(root, folder));
}

/** A folder that holds more than a library, such as a home, or that is for all, as /tmp is, is not for us to close. */
async function isOursAlone(root: string): Promise<boolean> {
  const { mode } = await lstat(root);
  if (mode & STICKY) return false;
  const entries = await entriesOf(root);
  return entries.every(
    ({ name }) =>
      LIBRARY_FOLDERS.includes(name) ||
      LIBRARY_FILES.includes(name) ||
      name.startsWith(DATABASE) ||
      name === '.DS_Store' ||
      isScratchName(name),
  );
}
