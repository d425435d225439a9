import type { Breather } from '../../jobs/breather.ts';
import { Thread } from '../../jobs/thread.ts';
import type { Connection } from '../connection.ts';
import type { DatabasePlace } from '../seq-messages.ts';
import type { Distances } from './ranking.ts';
import {
  cosinesTo,
  type Scan,
  scanNext,
  type SearchAnswer,
  type SearchTask,
} from './search-messages.ts';
import { type Segment, SEGMENT_SIZE } from './segment.ts';

/** Fewer embeddings are gone through sooner than a thread is told to help. */
const WORTH_HELP = SEGMENT_SIZE;
/** Distances that are kept to be written over: of two searches of a million at once. */
const MOST_SPARE = 32;

/**
 * The two long parts of a search, each done by this thread and another at once: going through the codes, and reading the
 * numbers of the best. Where the other has not started yet, or fails, this one does all of it.
 */
export class SearchWork {
  readonly #connection: Connection;
  readonly #thread: Thread<SearchTask, SearchAnswer>;
  readonly #worthHelp: number;
  #helper: 'none' | 'starting' | 'ready' = 'none';
  #spare: Uint16Array<SharedArrayBuffer>[] = [];

  /** @param connection one that only reads */
  constructor(connection: Connection, place: DatabasePlace, worthHelp = WORTH_HELP) {
    this.#connection = connection;
    this.#thread = new Thread(new URL('./search-worker.ts', import.meta.url), place);
    this.#worthHelp = worthHelp;
  }

  /** How far the codes of segments are by tables. To be given back when it is no longer needed. */
  async distances(
    segments: readonly Segment[],
    tables: Uint8Array,
    breather: Breather,
  ): Promise<Distances> {
    const distances = segments.map((segment) => [segment, this.#take(segment.slots)] as const);
    const parts = distances.map(([{ codes }, array]) => ({ codes, distances: array }));
    const scan = (): Scan => ({
      ...{ tables, parts },
      next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    });
    const slots = segments.reduce((sum, segment) => sum + segment.slots, 0);
    const shared = scan();
    const helped = slots > this.#worthHelp && this.#help({ kind: 'scan', scan: shared });
    await scanAll(shared, breather);
    // What it had begun may be half done.
    if (helped && (await helped) === undefined) await scanAll(scan(), breather);
    return distances;
  }

  giveBack(distances: Distances): void {
    const arrays = distances.map(([, array]) => array as Uint16Array<SharedArrayBuffer>);
    this.#spare = [...this.#spare, ...arrays].slice(-MOST_SPARE);
  }

  /** The cosines of a vector to embeddings, by their numbers; NaN for those that are gone. */
  async cosines(vector: Buffer, numbers: readonly number[]): Promise<Float64Array> {
    const half = Math.ceil(numbers.length / 2);
    const helped =
      this.#helper === 'ready' &&
      this.#help({
        ...{ kind: 'compare', numbers: numbers.slice(half) },
        // By itself: what it is a part of would be copied too.
        vector: new Uint8Array(vector),
      });
    const own = cosinesTo(this.#connection, vector, helped ? numbers.slice(0, half) : numbers);
    if (!helped) return own;
    const others = (await helped) ?? cosinesTo(this.#connection, vector, numbers.slice(half));
    return Float64Array.of(...own, ...others);
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }

  /** False as long as the thread is not there; undefined once it has failed. */
  #help(task: SearchTask): Promise<SearchAnswer | undefined> | false {
    if (this.#helper === 'ready') return this.#thread.ask(task).catch(() => undefined);
    if (this.#helper === 'none') {
      this.#helper = 'starting';
      this.#thread.ask({ kind: 'begin' }).then(
        () => (this.#helper = 'ready'),
        // It is left alone then: what kept it from starting once is likely to do so again.
        () => undefined,
      );
    }
    return false;
  }

  #take(slots: number): Uint16Array<SharedArrayBuffer> {
    const at = this.#spare.findIndex(({ length }) => length === slots);
    const [spare] = at < 0 ? [] : this.#spare.splice(at, 1);
    return spare ?? new Uint16Array(new SharedArrayBuffer(slots * Uint16Array.BYTES_PER_ELEMENT));
  }
}

async function scanAll(scan: Scan, breather: Breather): Promise<void> {
  while (scanNext(scan)) await breather.pause();
}
