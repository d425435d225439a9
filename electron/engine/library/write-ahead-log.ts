/**
 * SQLite's write-ahead log lets readers go on while a writer writes. It takes memory that processes share
 * through a file beside the database, which network drives and some others do not have: there a library
 * does without the log, and is only slower.
 */
import Database from 'better-sqlite3';
import path from 'node:path';
import { ScratchFolder } from '../storage/scratch-folder.ts';
import { isSystemError } from '../storage/errors.ts';

/** What SQLite says where processes cannot share memory. */
const NO_SHARED_MEMORY = [
  'SQLITE_CANTOPEN',
  'SQLITE_PROTOCOL',
  'SQLITE_IOERR_SHMOPEN',
  'SQLITE_IOERR_SHMMAP',
  'SQLITE_IOERR_SHMLOCK',
];

/** Whether a log can be kept on the disk of this folder, found out on a database of its own. */
export function canKeepLog(folder: string): boolean {
  const scratch = ScratchFolder.open(folder);
  const database = new Database(path.join(scratch.folder, 'probe.db'));
  try {
    return database.pragma('journal_mode = WAL', { simple: true }) === 'wal' && canRead(database);
  } catch (thrown) {
    if (isSystemError(thrown, ...NO_SHARED_MEMORY)) return false;
    throw thrown;
  } finally {
    database.close();
    scratch.removeSync();
  }
}

/** False for a database with a log in a place where no log can be kept. */
export function canRead(database: Database.Database): boolean {
  try {
    database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
    return true;
  } catch (thrown) {
    if (isSystemError(thrown, ...NO_SHARED_MEMORY)) return false;
    throw thrown;
  }
}

/**
 * Folds the log of a database into it, which from then on keeps none. Alone with a database SQLite needs
 * no shared memory for that.
 */
export function dropLog(file: string, timeout: number): void {
  const database = new Database(file, { fileMustExist: true, timeout });
  try {
    // Before it is read for the first time, or SQLite would look for the shared memory.
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = DELETE');
  } finally {
    database.close();
  }
}
