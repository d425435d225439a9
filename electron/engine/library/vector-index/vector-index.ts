/**
 * What searching by meaning reads: the embeddings of a library as codes in memory, kept beside the database and
 * made again from it. The table `embeddings` is the truth; it is also where the best are told apart.
 */
import { z } from 'zod';
import { throwIfCancelled } from '../../../contract/errors.ts';
import { Joint } from '../../jobs/abort.ts';
import { Breather } from '../../jobs/breather.ts';
import { normalise } from '../../latent/vectors.ts';
import type { Connection } from '../connection.ts';
import { isSound, toVector } from '../vectors.ts';
import type { DatabasePlace } from '../library-tasks.ts';
import type { LibraryThread } from '../library-thread.ts';
import type { Anchor, IndexFiles, IndexState } from './index-files.ts';
import { makeIndex } from './index-making.ts';
import { mostBytesOf, type Segment, SEGMENT_SIZE } from './segment.ts';
import { SeqSet } from './seq-set.ts';
import { SearchWork } from './search-work.ts';
import { type Neighbour, type Search, SpaceIndex } from './space-index.ts';
import { type Spread, spreadOf } from './two-bit-codes.ts';

/** Embeddings that are read at once. */
const BATCH = 256;
/** Embeddings by which their spread is measured. */
const SAMPLE = 2_048;
/** More are taken in by a process of its own: neither its memory nor its turns are then this one's. */
const FEW = 20_000;
/** Changed embeddings that are worth writing files for while the library is open, and when it is closed. */
const WORTH_SAVING = 131_072;
const WORTH_SAVING_AT_END = 8_192;
/** Embeddings by which the files are known to be those of this database. */
const ANCHORS = 16;

const rowSchema = z.object({
  number: z.number(),
  seq: z.number(),
  space: z.string(),
  vector: z.instanceof(Buffer),
});
type EmbeddingRow = z.infer<typeof rowSchema>;
const rowsSchema = z.array(rowSchema);
const changesSchema = z.array(z.object({ n: z.number(), number: z.number() }));
const anchorsSchema = z.array(z.object({ number: z.number(), id: z.string() }));
const maximumSchema = z.object({ n: z.number().nullable() });

/** At most so many embeddings have come since one. Each end by itself: asked for both, SQLite goes through all. */
const SINCE = `SELECT (SELECT max(number) FROM embeddings)
  - max((SELECT min(number) FROM embeddings) - 1, ?) AS n`;

const ROWS = 'SELECT number, seq, space, vector FROM embeddings';

interface IndexParts {
  /** One that only reads. */
  readonly connection: Connection;
  readonly files: IndexFiles;
  readonly place: DatabasePlace;
  readonly thread: LibraryThread;
  /** Whether files may be written. */
  readonly mayWrite: boolean;
  /** Of how many embeddings this process takes in itself; an index of more is made by one of its own. */
  readonly few?: number;
  /** From how many embeddings on a second thread helps to search. */
  readonly worthHelp?: number;
}

/** Hears how many embeddings were read since it last heard. */
type OnRead = (count: number) => void;

export class VectorIndex {
  readonly #connection: Connection;
  readonly #files: IndexFiles;
  readonly #place: DatabasePlace;
  readonly #mayWrite: boolean;
  readonly #few: number;
  readonly #work: SearchWork;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<OnRead>();
  /** Of each space and width: where a space has vectors of several, all but one width are wrong. */
  readonly #spaces = new Map<string, { readonly space: string; readonly index: SpaceIndex }>();
  /** The files that hold segments as they are. */
  readonly #kept = new WeakMap<Segment, string>();
  #upTo = Number.MIN_SAFE_INTEGER;
  #changesUpTo = 0;
  #seenAt: unknown;
  #unsaved = 0;
  #isLoaded = false;
  #syncing: Joint<void> | null = null;
  /** Fulfilled once nothing that was begun goes on. */
  #ended: Promise<void> = Promise.resolve();
  #saving: Promise<void> | null = null;

  constructor({ connection, files, place, thread, mayWrite, few, worthHelp }: IndexParts) {
    this.#connection = connection;
    this.#files = files;
    this.#place = place;
    this.#mayWrite = mayWrite;
    this.#few = few ?? FEW;
    this.#work = new SearchWork(connection, thread, worthHelp);
  }

  /** The nearest of a space, best first: as many as there are after `offset`, none cut off. */
  async nearest(space: string, search: Search): Promise<Neighbour[]> {
    await this.sync();
    const { index } = this.#spaces.get(keyOf(space, search.vector.length)) ?? {};
    return index ? index.nearest(search, this.#work) : [];
  }

  /** Those rows that have an embedding of a space. */
  async among(space: string, width: number, isWanted: (seq: number) => boolean): Promise<SeqSet> {
    await this.sync();
    return this.#spaces.get(keyOf(space, width))?.index.among(isWanted) ?? new SeqSet();
  }

  /** At most how many embeddings there are to take in. */
  async behind(): Promise<number> {
    if (this.#isLoaded) return 0;
    const state = await this.#usableState();
    const since = this.#connection.get(SINCE, state?.upTo ?? Number.MIN_SAFE_INTEGER);
    return maximumSchema.parse(since).n ?? 0;
  }

  /**
   * Takes in what was added, changed and removed since the last time, by whichever process.
   *
   * @throws StudioError `cancelled` where the signal fires, or it is closed; what is being made goes on for others who wait
   */
  async sync({ signal, onRead }: { signal?: AbortSignal; onRead?: OnRead } = {}): Promise<void> {
    if (this.#connection.pragma('data_version') === this.#seenAt) return;
    const syncing = this.#syncing?.isAbandoned === false ? this.#syncing : this.#begin();
    if (onRead) this.#listeners.add(onRead);
    try {
      await syncing.join(signal);
    } finally {
      if (onRead) this.#listeners.delete(onRead);
    }
  }

  /** Keeps what would take long to make again; what is being made is left at that. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ended;
    await this.#saving;
    if (this.#unsaved >= WORTH_SAVING_AT_END) this.#save();
    await this.#saving;
  }

  /** After what was begun before, if nobody waited for that to its end. */
  #begin(): Joint<void> {
    const before = this.#ended;
    const syncing = new Joint((abandoned) => {
      const signal = AbortSignal.any([abandoned, this.#closing.signal]);
      const work = before.then(() => this.#follow(signal));
      this.#ended = work.catch(() => undefined);
      return work;
    });
    this.#syncing = syncing;
    void this.#ended.then(() => {
      if (this.#syncing === syncing) this.#syncing = null;
    });
    return syncing;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const version = this.#connection.pragma('data_version');
    const breather = new Breather();
    if (!this.#isLoaded) {
      if (this.#mayWrite && (await this.behind()) > this.#few) await this.#make(signal);
      await this.#load();
    }
    this.#isLoaded = true;
    await this.#followChanges(breather);
    // The numbers of the last that went will be given once more.
    const { n } = maximumSchema.parse(
      this.#connection.get('SELECT max(number) AS n FROM embeddings'),
    );
    this.#upTo = Math.min(this.#upTo, n ?? Number.MIN_SAFE_INTEGER);
    await this.#readNew(breather, signal);
    if (this.#unsaved >= WORTH_SAVING) this.#save();
    this.#seenAt = version;
  }

  /** By a process of its own; what that leaves is done by this one. */
  async #make(signal: AbortSignal): Promise<void> {
    try {
      await makeIndex(this.#place, signal, (count) => this.#told(count));
    } catch (thrown) {
      if (signal.aborted) throw thrown;
    }
  }

  #told(count: number): void {
    for (const listener of this.#listeners) listener(count);
  }

  async #followChanges(breather: Breather): Promise<void> {
    for (;;) {
      const rows = this.#connection.all(
        `SELECT n, number FROM embedding_changes WHERE n > ? ORDER BY n LIMIT ${BATCH}`,
        this.#changesUpTo,
      );
      const changes = changesSchema.parse(rows);
      const last = changes.at(-1);
      if (last === undefined) return;
      for (const { number } of changes)
        for (const { index } of this.#spaces.values()) index.remove(number);
      const numbers = changes.map(({ number }) => number).filter((number) => number <= this.#upTo);
      this.#put(
        this.#connection.all(
          `${ROWS} WHERE number IN (SELECT value FROM json_each(?))`,
          JSON.stringify(numbers),
        ),
      );
      this.#changesUpTo = last.n;
      await breather.pause();
    }
  }

  async #readNew(breather: Breather, signal: AbortSignal): Promise<void> {
    for (;;) {
      const rows = this.#connection.all(
        `${ROWS} WHERE number > ? ORDER BY number LIMIT ${BATCH}`,
        this.#upTo,
      );
      const last = this.#put(rows).at(-1);
      if (last === undefined) return;
      this.#upTo = last.number;
      this.#told(rows.length);
      await this.#measureSpreads();
      // So that what is read of a large library is not lost when it is closed meanwhile.
      if (this.#unsaved >= WORTH_SAVING) this.#save();
      await breather.pause();
      throwIfCancelled(signal);
    }
  }

  /** Makes some embeddings of a space findable again. */
  async #readAgain(space: string, start: number, end: number): Promise<void> {
    const breather = new Breather();
    for (let from = start; from < end; from += BATCH) {
      this.#put(
        this.#connection.all(
          `${ROWS} WHERE number >= ? AND number < ? AND number <= ? AND space = ?`,
          ...[from, Math.min(from + BATCH, end), this.#upTo, space],
        ),
      );
      await breather.pause();
    }
  }

  #put(rows: readonly unknown[]): EmbeddingRow[] {
    const read = rowsSchema.parse(rows);
    for (const { number, seq, space, vector: blob } of read) {
      const vector = toVector(blob);
      // One of NaN would be near to everything.
      if (vector === null || !isSound(vector, false)) continue;
      this.#indexOf(space, vector.length).put(number, seq, vector);
    }
    this.#unsaved += read.length;
    return read;
  }

  #indexOf(space: string, width: number): SpaceIndex {
    const key = keyOf(space, width);
    const index = this.#spaces.get(key)?.index ?? new SpaceIndex(width);
    this.#spaces.set(key, { space, index });
    return index;
  }

  /** Writes the codes of spaces anew by how they are spread, once there is enough to tell. */
  async #measureSpreads(): Promise<void> {
    for (const { space, index } of this.#spaces.values()) {
      if (!index.isSpreadDue) continue;
      const starts = [...index.segments].map(({ start }) => start);
      index.startAnew(this.#spreadOf(space, index));
      for (const start of starts) await this.#readAgain(space, start, start + SEGMENT_SIZE);
    }
  }

  #spreadOf(space: string, { width, size }: SpaceIndex): Spread {
    // The last ones: they lie together, and are in no order of what they show.
    const rows = this.#connection.all(
      `${ROWS} WHERE space = ? AND number <= ? ORDER BY number DESC LIMIT ${SAMPLE}`,
      ...[space, this.#upTo],
    );
    const vectors = rowsSchema.parse(rows).flatMap(({ vector: blob }) => {
      const vector = toVector(blob);
      return vector?.length === width && isSound(vector, false) ? normalise(vector) : [];
    });
    return spreadOf(vectors, width, size);
  }

  // Files

  /** What cannot be kept is made again the next time. */
  #save(): void {
    if (!this.#mayWrite || this.#saving !== null) return;
    this.#unsaved = 0;
    this.#saving = this.#writeFiles()
      .catch(() => undefined)
      .finally(() => (this.#saving = null));
  }

  async #writeFiles(): Promise<void> {
    // Taken first: what comes while files are written is in them, and is read once more the next time.
    const [upTo, changesUpTo, anchors] = [this.#upTo, this.#changesUpTo, this.#anchors()];
    const spaces: IndexState['spaces'] = [];
    for (const { space, index } of [...this.#spaces.values()]) {
      const { width, spread } = index;
      const segments: IndexState['spaces'][number]['segments'] = [];
      for (const segment of index.takeChanged()) this.#kept.delete(segment);
      for (const segment of [...index.segments]) {
        const file = this.#kept.get(segment) ?? (await this.#files.keepSegment(space, segment));
        this.#kept.set(segment, file);
        segments.push({ start: segment.start, file });
      }
      spaces.push({
        ...{ space, width, segments },
        spread: { mean: [...spread.mean], deviation: [...spread.deviation], of: spread.of },
      });
    }
    await this.#files.keepState({ upTo, changesUpTo, anchors, spaces });
  }

  #anchors(): Anchor[] {
    const rows = Array.from({ length: ANCHORS }, (_, index) =>
      this.#connection.all(
        `SELECT number, id FROM embeddings JOIN generations USING (seq)
         WHERE number <= ? ORDER BY number DESC LIMIT 1`,
        Math.floor((this.#upTo * (index + 1)) / ANCHORS),
      ),
    );
    return anchorsSchema.parse(rows.flat());
  }

  async #usableState(): Promise<IndexState | null> {
    const state = await this.#files.state();
    return state && this.#isOfThisDatabase(state) ? state : null;
  }

  async #load(): Promise<void> {
    const state = await this.#usableState();
    if (!state) return;
    this.#upTo = state.upTo;
    this.#changesUpTo = state.changesUpTo;
    for (const { space, width, spread, segments } of state.spaces) {
      const mean = Float32Array.from(spread.mean);
      const deviation = Float32Array.from(spread.deviation);
      const index = new SpaceIndex(width, { mean, deviation, of: spread.of });
      this.#spaces.set(keyOf(space, width), { space, index });
      const memory = Buffer.allocUnsafeSlow(mostBytesOf(width));
      for (const { start, file } of segments) {
        const segment = await this.#files.segment(file, start, width, memory);
        if (segment) this.#kept.set(segment, file);
        if (segment) index.adopt(segment);
        else await this.#readAgain(space, start, start + SEGMENT_SIZE);
      }
    }
  }

  /** An older copy of the database, or another one, may have been put in its place. */
  #isOfThisDatabase({ anchors, changesUpTo }: IndexState): boolean {
    const { n } = maximumSchema.parse(
      this.#connection.get('SELECT max(n) AS n FROM embedding_changes'),
    );
    if ((n ?? 0) < changesUpTo) return false;
    const numbers = JSON.stringify(anchors.map(({ number }) => number));
    const present = this.#connection.all(
      `SELECT number, id FROM embeddings JOIN generations USING (seq)
       WHERE number IN (SELECT value FROM json_each(?))`,
      numbers,
    );
    const changed = this.#connection.all(
      'SELECT n, number FROM embedding_changes WHERE n > ? AND number IN (SELECT value FROM json_each(?))',
      ...[changesUpTo, numbers],
    );
    const ids = new Map(anchorsSchema.parse(present).map(({ number, id }) => [number, id]));
    const excused = new Set(changesSchema.parse(changed).map(({ number }) => number));
    return anchors.every(({ number, id }) => excused.has(number) || ids.get(number) === id);
  }
}

function keyOf(space: string, width: number): string {
  return `${width} ${space}`;
}
