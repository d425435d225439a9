import { Worker } from 'node:worker_threads';
import { cancelled, StudioError } from '../../contract/errors.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import type { Query } from './queries.ts';
import type { SeqAnswer, Seqs, SeqTask, SeqThreadData } from './seq-messages.ts';

/** Rows of a library of which as many as there are may be read here: more would hold up everything else. */
const AT_ONCE = 20_000;

interface Waiting {
  readonly resolve: (seqs: Seqs) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Reads the numbers of rows: of a large library in a thread of its own, where sorting and counting a million hold up
 * nobody. No query is left open while others get their turn: without a log nothing could be written meanwhile.
 */
export class SeqReader {
  readonly #connection: Connection;
  readonly #folder: LibraryFolder;
  readonly #atOnce: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #asked = 0;
  #isClosed = false;

  /** @param connection one that only reads */
  constructor(connection: Connection, folder: LibraryFolder, atOnce = AT_ONCE) {
    this.#connection = connection;
    this.#folder = folder;
    this.#atOnce = atOnce;
  }

  /**
   * The numbers that a query of numbers finds, as the library is now or a little later.
   *
   * @throws StudioError `cancelled` where it is closed meanwhile
   */
  async read(query: Query): Promise<Seqs> {
    const [last = 0] = this.#connection.numbers('SELECT max(seq) FROM generations');
    // Of an empty library it is NaN.
    if (!(last > this.#atOnce)) return this.#connection.numbers(query.sql, ...query.values);
    if (this.#isClosed) throw cancelled();
    const id = (this.#asked += 1);
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<Seqs>();
    this.#waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, query } satisfies SeqTask);
    return promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end(cancelled());
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const { root, database } = this.#folder;
    const workerData: SeqThreadData = { root, database };
    const worker = new Worker(new URL('./seq-worker.ts', import.meta.url), { workerData });
    worker.on('message', (answer: SeqAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('seqs' in answer) waiting?.resolve(answer.seqs);
      else waiting?.reject(StudioError.from(answer.error));
      // Nobody waits for it any more, nor shall the process.
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', (thrown) => {
      this.#worker = null;
      this.#end(thrown);
    });
    return worker;
  }

  #end(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
