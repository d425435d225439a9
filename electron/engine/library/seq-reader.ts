import type { Connection } from './connection.ts';
import type { LibraryThread } from './library-thread.ts';
import type { Query } from './queries.ts';
import type { Seqs } from './seqs.ts';

/** Rows of a library of which as many as there are may be read here: more would hold up everything else. */
const AT_ONCE = 20_000;

/**
 * Reads what goes through many rows: of a large library in its second thread, where sorting and counting a million
 * hold up nobody. No query is left open while others get their turn: without a log nothing could be written meanwhile.
 */
export class SeqReader {
  readonly #connection: Connection;
  readonly #atOnce: number;
  readonly #thread: LibraryThread;

  /** @param connection one that only reads */
  constructor(connection: Connection, thread: LibraryThread, atOnce = AT_ONCE) {
    this.#connection = connection;
    this.#atOnce = atOnce;
    this.#thread = thread;
  }

  /**
   * The numbers that a query of numbers finds, as the library is now or a little later.
   *
   * @throws StudioError `cancelled` where it is closed meanwhile
   */
  async read(query: Query): Promise<Seqs> {
    if (!this.#isLarge) return this.#connection.numbers(query.sql, ...query.values);
    return (await this.#thread.ask({ kind: 'numbers', query })) as Seqs;
  }

  /** The rows that a query finds, which are few of many that it goes through; the same otherwise. */
  async rows(query: Query): Promise<unknown[]> {
    if (!this.#isLarge) return this.#connection.all(query.sql, ...query.values);
    return (await this.#thread.ask({ kind: 'rows', query })) as unknown[];
  }

  get #isLarge(): boolean {
    // Of an empty library it is NaN.
    const [last = 0] = this.#connection.numbers('SELECT max(seq) FROM generations');
    return last > this.#atOnce;
  }
}
