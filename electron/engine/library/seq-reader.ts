import { Thread } from '../jobs/thread.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import type { Query } from './queries.ts';
import type { DatabasePlace, ReadAnswer, ReadTask, Seqs } from './seq-messages.ts';

/** Rows of a library of which as many as there are may be read here: more would hold up everything else. */
const AT_ONCE = 20_000;

/**
 * Reads what goes through many rows: of a large library in a thread of its own, where sorting and counting a million
 * hold up nobody. No query is left open while others get their turn: without a log nothing could be written meanwhile.
 */
export class SeqReader {
  readonly #connection: Connection;
  readonly #atOnce: number;
  readonly #thread: Thread<ReadTask, ReadAnswer>;

  /** @param connection one that only reads */
  constructor(connection: Connection, { root, database }: LibraryFolder, atOnce = AT_ONCE) {
    this.#connection = connection;
    this.#atOnce = atOnce;
    const data: DatabasePlace = { root, database };
    this.#thread = new Thread(new URL('./seq-worker.ts', import.meta.url), data);
  }

  /**
   * The numbers that a query of numbers finds, as the library is now or a little later.
   *
   * @throws StudioError `cancelled` where it is closed meanwhile
   */
  async read(query: Query): Promise<Seqs> {
    if (!this.#isLarge) return this.#connection.numbers(query.sql, ...query.values);
    return (await this.#thread.ask({ query, as: 'numbers' })) as Seqs;
  }

  /** The rows that a query finds, which are few of many that it goes through; the same otherwise. */
  async rows(query: Query): Promise<unknown[]> {
    if (!this.#isLarge) return this.#connection.all(query.sql, ...query.values);
    return (await this.#thread.ask({ query, as: 'rows' })) as unknown[];
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }

  get #isLarge(): boolean {
    // Of an empty library it is NaN.
    const [last = 0] = this.#connection.numbers('SELECT max(seq) FROM generations');
    return last > this.#atOnce;
  }
}
