import Database from 'better-sqlite3';
import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import path from 'node:path';
import * as sqliteVec from 'sqlite-vec';
import { tagKey } from '../../contract/arrange.ts';
import { isSystemError, libraryError } from '../storage/errors.ts';
import { NotAFileError } from '../storage/regular-file.ts';
import type { LibraryFolder } from './folder.ts';
import { canKeepLog, canRead, dropLog } from './write-ahead-log.ts';

export type SqlValue = string | number | bigint | Buffer | null;

/** How long another process may hold the library before we give up. */
const BUSY_TIMEOUT_MS = 5_000;

/** Numbers that one place is made for at first. */
const FIRST_ROOM = 16_384;

/** Longer paths SQLite does not take, whatever the disk does. */
const LONGEST_PATH_BYTES = 500;

/**
 * One connection to a library's database. Everything that goes wrong in SQLite, or in the file system
 * while a transaction is open, leaves here as a StudioError.
 */
export class Connection {
  readonly #folder: LibraryFolder;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<SqlValue[]>>();

  /** @throws StudioError `library-read-only`, `library-corrupt`, `disk-full` */
  constructor(folder: LibraryFolder, access: 'read' | 'write') {
    this.#folder = folder;
    this.#database = this.#guard(() => openDatabase(folder.database, access));
    this.#guard(() => this.#database.pragma('foreign_keys = ON'));
  }

  /** Lets readers go on while a writer writes, and commits without waiting for the disk, where this disk can. */
  useWriteAheadLog(): void {
    this.#guard(() => {
      const isLogged =
        this.#database.pragma('journal_mode', { simple: true }) === 'wal' ||
        (canKeepLog(this.#folder.staging) &&
          this.#database.pragma('journal_mode = WAL', { simple: true }) === 'wal');
      this.#database.pragma(`synchronous = ${isLogged ? 'NORMAL' : 'FULL'}`);
    });
  }

  all(sql: string, ...values: SqlValue[]): unknown[] {
    return this.#guard(() => this.#statement(sql).all(...values));
  }

  get(sql: string, ...values: SqlValue[]): unknown {
    return this.#guard(() => this.#statement(sql).get(...values));
  }

  /** The numbers in the first column of a query's rows; what is none there is NaN. */
  numbers(sql: string, ...values: SqlValue[]): Float64Array<ArrayBuffer> {
    return this.#guard(() => {
      const found = this.#statement(sql, 'column').all(...values);
      const numbers = new Float64Array(found.length);
      // By index: there may be a million, and a function for each takes many times as long.
      for (let at = 0; at < found.length; at += 1) {
        const value = found[at];
        numbers[at] = typeof value === 'number' ? value : Number.NaN;
      }
      return numbers;
    });
  }

  /** The same of a million, in the memory that they need: rows are read one after the other. */
  numbersInTurn(sql: string, ...values: SqlValue[]): Float64Array<ArrayBuffer> {
    return this.#guard(() => {
      let numbers = new Float64Array(FIRST_ROOM);
      let count = 0;
      for (const value of this.#statement(sql, 'column').iterate(...values)) {
        if (count === numbers.length) numbers = withRoom(numbers, 2 * count);
        numbers[count] = typeof value === 'number' ? value : Number.NaN;
        count += 1;
      }
      return withRoom(numbers, count);
    });
  }

  /** @returns how many rows changed, and the id of the row that was inserted last */
  run(sql: string, ...values: SqlValue[]): { changes: number; row: bigint } {
    const { changes, lastInsertRowid } = this.#guard(() => this.#statement(sql).run(...values));
    return { changes, row: BigInt(lastInsertRowid) };
  }

  /** Runs a script of several statements. */
  script(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  pragma(name: string): unknown {
    return this.#guard(() => this.#database.pragma(name, { simple: true }));
  }

  /**
   * Runs `work` as one transaction that no other writer overlaps, in this process or another: all of
   * it is kept, or none when it throws.
   */
  write<T>(work: () => T): T {
    return this.#guard(() => this.#database.transaction(work).immediate());
  }

  /** Lets `work` make and drop the tables in which virtual tables keep their content. */
  withInternalTables(work: () => void): void {
    this.#database.unsafeMode(true);
    try {
      work();
    } finally {
      this.#database.unsafeMode(false);
    }
  }

  close(): void {
    this.#guard(() => this.#database.close());
  }

  /** @param of whole rows, or their first column alone */
  #statement(sql: string, of: 'rows' | 'column' = 'rows'): Database.Statement<SqlValue[]> {
    const key = `${of} ${sql}`;
    const known = this.#statements.get(key);
    if (known) return known;
    const statement = this.#database.prepare<SqlValue[]>(sql);
    // Those that only write have no columns.
    if (of === 'column') statement.pluck();
    this.#statements.set(key, statement);
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw libraryError(thrown, this.#folder.root);
    }
  }
}

/** The same in more or less memory; what they had is let go at once, and not when it is next collected. */
function withRoom(numbers: Float64Array<ArrayBuffer>, room: number): Float64Array<ArrayBuffer> {
  return new Float64Array(numbers.buffer.transfer(room * Float64Array.BYTES_PER_ELEMENT));
}

function openDatabase(file: string, access: 'read' | 'write'): Database.Database {
  try {
    const status = statSync(file);
    if (!status.isFile()) throw new NotAFileError(file, status);
    const database = connect(file, access);
    if (access === 'read' || canRead(database)) return database;
    database.close();
    // It was logged where memory can be shared, and now lies where it cannot; or nothing can be written.
    for (const needed of [file, path.dirname(file)]) accessSync(needed, constants.W_OK);
    dropLog(file, BUSY_TIMEOUT_MS);
    return connect(file, access);
  } catch (thrown) {
    if (isSystemError(thrown, 'SQLITE_CANTOPEN')) refuseForTrueReason(file, access);
    throw thrown;
  }
}

function connect(file: string, access: 'read' | 'write'): Database.Database {
  const database = new Database(file, { readonly: access === 'read', timeout: BUSY_TIMEOUT_MS });
  sqliteVec.load(database);
  // SQLite itself knows the capitals of ASCII alone.
  database.function('fold', { deterministic: true }, (text) => tagKey(String(text)));
  return database;
}

/** SQLite says that it cannot open a file, but not why. The system does. */
function refuseForTrueReason(file: string, access: 'read' | 'write'): void {
  if (Buffer.byteLength(file) > LONGEST_PATH_BYTES) {
    throw Object.assign(new Error('too long for SQLite'), { code: 'ENAMETOOLONG', path: file });
  }
  closeSync(openSync(file, access === 'read' ? 'r' : 'r+'));
}
