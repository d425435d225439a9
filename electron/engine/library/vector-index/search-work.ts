import type { Breather } from '../../jobs/breather.ts';
import type { Connection } from '../connection.ts';
import type { LibraryAnswer, LibraryTask } from '../library-tasks.ts';
import type { LibraryThread } from '../library-thread.ts';
import type { Distances } from './ranking.ts';
import { cosinesOf, type Scan, scanNext } from './search-tasks.ts';
import { type Segment, SEGMENT_SIZE } from './segment.ts';

/** Fewer embeddings are gone through sooner than a thread is told to help. */
const WORTH_HELP = SEGMENT_SIZE;
/** Distances that are kept to be written over: of one search of a million. */
const MOST_SPARE = 16;

/**
 * The two long parts of a search, each done by this thread and another at once: going through the codes, and reading the
 * numbers of the best. Where the other has not begun yet, has something else to do, or fails, this one does all of it.
 */
export class SearchWork {
  readonly #connection: Connection;
  readonly #thread: LibraryThread;
  readonly #worthHelp: number;
  #spare: Uint16Array<SharedArrayBuffer>[] = [];

  /** @param connection one that only reads */
  constructor(connection: Connection, thread: LibraryThread, worthHelp = WORTH_HELP) {
    this.#connection = connection;
    this.#thread = thread;
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
    if (!this.#thread.isIdle) return cosinesOf(this.#connection, { vector, numbers });
    const half = Math.ceil(numbers.length / 2);
    const own = { vector, numbers: numbers.slice(0, half) };
    // By itself: what it is a part of would be copied too.
    const others = { vector: new Uint8Array(vector), numbers: numbers.slice(half) };
    const helped = this.#help({ kind: 'compare', comparison: others });
    const first = cosinesOf(this.#connection, own);
    const answer = helped && (await helped);
    const rest = answer instanceof Float64Array ? answer : cosinesOf(this.#connection, others);
    return Float64Array.of(...first, ...rest);
  }

  /** False where the thread cannot help now; undefined once it has failed. */
  #help(task: LibraryTask): Promise<LibraryAnswer | undefined> | false {
    const isIdle = this.#thread.isIdle;
    // For the next search, if this is the first.
    const asked = this.#thread.ask(isIdle ? task : { kind: 'begin' }).catch(() => undefined);
    return isIdle && asked;
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
