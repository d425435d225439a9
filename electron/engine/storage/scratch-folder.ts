import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, type Stats, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isSystemError } from './errors.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from './make-folder.ts';
import { remove, removeSync } from './remove.ts';

/** How every scratch folder is called: nothing else in a folder of the artist's is. */
const NAME = /^\.clip-flow-[0-9a-f]{12}$/;
const LOCK = 'lock';
/** Names that are tried, should others clear each away before it is ours. */
const ATTEMPTS = 8;
/** Where the disk keeps no locks, what is older than this was left behind. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;

/** Windows removes no file that is open. Elsewhere the lock is held until nothing is left. */
const MUST_CLOSE_FIRST = process.platform === 'win32';

/**
 * A hidden folder for what one process has under way: portraits on their way into the library, an export
 * that is not whole yet, what a window sends. The process holds a lock in it that the kernel keeps: it goes
 * with the process however that ends, and other processes see it also out of other containers, where
 * process ids say nothing. Whoever can take the lock may clear the folder away.
 *
 * Node has no locks of files. SQLite has, on every system: an empty database in an exclusive transaction.
 */
export class ScratchFolder {
  readonly folder: string;
  #lock: Database.Database | null;

  /** @param lock null where the disk keeps none */
  private constructor(folder: string, lock: Database.Database | null) {
    this.folder = folder;
    this.#lock = lock;
  }

  /**
   * Makes a new one.
   *
   * @param parent a folder that is there
   * @throws the system's errors
   */
  static open(parent: string): ScratchFolder {
    for (let attempt = 1; ; attempt += 1) {
      const folder = path.join(parent, `.clip-flow-${randomBytes(6).toString('hex')}`);
      makeIn(parent, folder);
      const lock = takeLock(folder);
      if (lock === 'unknown') return new ScratchFolder(folder, null);
      if (lock !== 'taken') return new ScratchFolder(folder, lock);
      if (attempt === ATTEMPTS) return new ScratchFolder(folder, null);
      // Another process met it before the lock was ours, took it for left behind, and clears it away as well.
      clearAway(folder);
    }
  }

  /** Takes one over whose owner is gone; null while it has one, and for what is no such folder. */
  static takeOver(folder: string): ScratchFolder | null {
    const status = statusOf(folder);
    if (!status?.isDirectory()) return null;
    const lock = takeLock(folder);
    if (lock === 'taken') return null;
    if (lock !== 'unknown') return new ScratchFolder(folder, lock);
    return Date.now() - status.mtimeMs > ABANDONED_MS ? new ScratchFolder(folder, null) : null;
  }

  /** Removes the folder and all that is in it. */
  async remove(): Promise<void> {
    if (MUST_CLOSE_FIRST) this.#letGo();
    try {
      await remove(this.folder);
    } finally {
      this.#letGo();
    }
  }

  /** `remove` for what happens inside a transaction. */
  removeSync(): void {
    if (MUST_CLOSE_FIRST) this.#letGo();
    try {
      removeSync(this.folder);
    } finally {
      this.#letGo();
    }
  }

  /** Removes the folder if nothing is in it; else it is left behind, for the next who looks for such. */
  leave(): void {
    try {
      // Held until it is gone: nobody else may take over a folder that loses its lock.
      if (readdirSync(this.folder).every((name) => name === LOCK)) this.removeSync();
    } catch {
      // What cannot be removed now does no harm and is met again.
    } finally {
      this.#letGo();
    }
  }

  #letGo(): void {
    this.#lock?.close();
    this.#lock = null;
  }
}

/** Whether this is the file that marks a scratch folder as somebody's, and nothing that was put into it. */
export function isScratchLock(name: string): boolean {
  return name === LOCK;
}

/** Whether something is called as scratch folders are. */
export function isScratchName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Takes over the scratch folders in a folder whose owners are gone.
 *
 * @param isName tells by their names which folders are scratch folders
 * @returns none where the folder cannot be looked into
 */
export async function abandonedScratchFolders(
  parent: string,
  isName: (name: string) => boolean = isScratchName,
): Promise<ScratchFolder[]> {
  const names = (await readdir(parent).catch(() => [])).filter(isName);
  return names.flatMap((name) => ScratchFolder.takeOver(path.join(parent, name)) ?? []);
}

/** Clears away what processes that are gone had under way in a folder. What cannot be cleared stays. */
export async function sweepScratchFolders(parent: string): Promise<void> {
  for (const scratch of await abandonedScratchFolders(parent))
    await scratch.remove().catch(() => undefined);
}

/** Whether a process that still runs has something under way in a folder. */
export async function hasLiveScratchFolder(
  parent: string,
  isName: (name: string) => boolean = isScratchName,
): Promise<boolean> {
  const names = (await readdir(parent).catch(() => [])).filter(isName);
  return names.some((name) => {
    const scratch = ScratchFolder.takeOver(path.join(parent, name));
    scratch?.leave();
    return scratch === null;
  });
}

function clearAway(folder: string): void {
  try {
    removeSync(folder);
  } catch {
    // Whoever else does so will see to the rest.
  }
}

/** What fails is told of the folder that everybody knows, and not of the one that nobody does. */
function makeIn(parent: string, folder: string): void {
  try {
    mkdirSync(folder, PRIVATE_FOLDER);
  } catch (thrown) {
    throw thrown instanceof Error ? Object.assign(thrown, { path: parent }) : thrown;
  }
}

/** The lock of a scratch folder, or why it is not ours: somebody holds it, or the disk cannot tell. */
function takeLock(folder: string): Database.Database | 'taken' | 'unknown' {
  const file = path.join(folder, LOCK);
  let database: Database.Database | undefined;
  try {
    // A lock is an empty file: no link, and no database of somebody else's.
    const status = statusOf(file);
    if (status && !(status.isFile() && status.size === 0)) return 'taken';
    if (!status) writeFileSync(file, '', { flag: 'wx', mode: PRIVATE_FILE });
    database = new Database(file, { fileMustExist: true, timeout: 0 });
    // Or a journal would be written for nothing.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
    if (existsSync(file)) return database;
  } catch (thrown) {
    database?.close();
    const isGone = isSystemError(thrown, 'SQLITE_CANTOPEN') && !existsSync(file);
    return isGone || isSystemError(thrown, 'SQLITE_BUSY', 'EEXIST', 'ENOENT') ? 'taken' : 'unknown';
  }
  // It was cleared away in between.
  database.close();
  return 'taken';
}

/** Null where nothing is, or nothing that may be looked at. */
function statusOf(file: string): Stats | null {
  try {
    return lstatSync(file);
  } catch {
    return null;
  }
}
