import Database from 'better-sqlite3';
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { Moved } from '../../contract/library.ts';
import type { ImageCodec } from '../images/codec.ts';
import { isSystemError, libraryError } from '../storage/errors.ts';
import { remove } from '../storage/remove.ts';
import { backUp, type WorkOptions } from './backup.ts';
import { BESIDE, LIBRARY_FILES, LIBRARY_FOLDERS, LibraryFolder } from './folder.ts';
import { openLibrary } from './library.ts';

export interface MoveOptions extends WorkOptions {
  /** What `Upkeep.prepareMove` read back. */
  readonly checked?: Set<string> | undefined;
  /**
   * Told once the library is whole at its new place, before it goes from the old one: whoever opens it by itself has
   * to find it there.
   *
   * @returns whether it will
   */
  readonly onThere?: ((from: string, to: string) => Promise<boolean>) | undefined;
}

/**
 * Moves a library that nobody has open: it appears at its new place whole and checked, and only then goes from
 * the old one. What else lies in its folder stays there.
 *
 * @throws StudioError `library-busy` while it is open anywhere, and as `openLibrary` and `backUp` do; the library
 *   is then where it was
 */
export async function moveLibrary(
  root: string,
  target: string,
  codec: ImageCodec,
  { onThere = () => Promise.resolve(false), ...options }: MoveOptions = {},
): Promise<Moved> {
  // What a crash left is put right first.
  const library = await openLibrary(root, codec, options.onProgress);
  await library.reconciled;
  await library.close();
  if (library.refusal) throw library.refusal;
  const folder = new LibraryFolder(root);
  const lock = lockForWriting(folder);
  try {
    const { target: to, portraits } = await backUp(folder, target, { ...options, beside: BESIDE });
    // From here on nothing may undo it: what is left behind is told.
    const remembered = await onThere(folder.root, to).catch(() => false);
    lock.close();
    const cleared = await removeFrom(folder).then(
      () => true,
      () => false,
    );
    return { folder: to, portraits, cleared, remembered };
  } finally {
    lock.close();
  }
}

/** Others may read the library meanwhile, and write nothing to it. */
function lockForWriting({ database, root }: LibraryFolder): Database.Database {
  const lock = new Database(database, { timeout: 0 });
  try {
    // Given only to who is alone.
    if (lock.pragma('journal_mode = DELETE', { simple: true }) !== 'delete') throw isOpen(root);
    lock.exec('BEGIN IMMEDIATE');
    return lock;
  } catch (thrown) {
    lock.close();
    if (isSystemError(thrown, 'SQLITE_BUSY')) throw isOpen(root);
    throw libraryError(thrown, root);
  }
}

async function removeFrom({ root }: LibraryFolder): Promise<void> {
  for (const name of [...LIBRARY_FOLDERS, ...LIBRARY_FILES]) await remove(path.join(root, name));
  await rmdir(root).catch(() => undefined);
}

function isOpen(root: string): StudioError {
  return new StudioError(
    'library-busy',
    `The library in ${root} is open in another window or command, and was left where it is. Close it there, and ` +
      'move it then.',
  );
}
