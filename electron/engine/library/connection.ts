import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { libraryError } from '../storage/errors.ts';
import type { LibraryFolder } from './folder.ts';

export type SqlValue = string | number | bigint | Buffer | null;

/** How long another process may hold the library before we give up. */
const BUSY_TIMEOUT_MS = 5_000;

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
    this.#database = this.#guard(() => {
      const database = new Database(folder.database, {
        readonly: access === 'read',
        timeout: BUSY_TIMEOUT_MS,
      });
      sqliteVec.load(database);
      return database;
    });
    this.#guard(() => this.#database.pragma('foreign_keys = ON'));
  }

  /** Lets readers go on while a writer writes, and commits without waiting for the disk. */
  useWriteAheadLog(): void {
    this.#guard(() => {
      this.#database.pragma('journal_mode = WAL');
      this.#database.pragma('synchronous = NORMAL');
    });
  }

  all(sql: string, ...values: SqlValue[]): unknown[] {
    return this.#guard(() => this.#statement(sql).all(...values));
  }

  get(sql: string, ...values: SqlValue[]): unknown {
    return this.#guard(() => this.#statement(sql).get(...values));
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

  #statement(sql: string): Database.Statement<SqlValue[]> {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare<SqlValue[]>(sql);
    this.#statements.set(sql, statement);
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
