/**
 * What searching by meaning reads: the embeddings of a library as codes in memory, kept beside the database and
 * made again from it. The table `embeddings` is the truth; it is also where the best are told apart.
 */
import { z } from 'zod';
import { Breather } from '../../jobs/breather.ts';
import { normalise } from '../../latent/vectors.ts';
import type { Connection } from '../connection.ts';
import { isSound, toBlob, toVector } from '../vectors.ts';
import type { Anchor, IndexFiles, IndexState } from './index-files.ts';
import { type Segment, SEGMENT_SIZE } from './segment.ts';
import { SeqSet } from './seq-set.ts';
import { type Neighbour, type Search, SpaceIndex } from './space-index.ts';
import { type Spread, spreadOf } from './two-bit-codes.ts';

/** Embeddings that are read at once. */
const BATCH = 256;
/** Embeddings by which their spread is measured. */
const SAMPLE = 2_048;
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
const nearSchema = z.array(z.object({ number: z.number(), distance: z.number().nullable() }));
const maximumSchema = z.object({ n: z.number().nullable() });

const ROWS = 'SELECT number, seq, space, vector FROM embeddings';

export class VectorIndex {
  readonly #connection: Connection;
  readonly #files: IndexFiles;
  readonly #mayWrite: boolean;
  /** Of each space and width: where a space has vectors of several, all but one width are wrong. */
  readonly #spaces = new Map<string, { readonly space: string; readonly index: SpaceIndex }>();
  /** The files that hold segments as they are. */
  readonly #kept = new WeakMap<Segment, string>();
  #upTo = Number.MIN_SAFE_INTEGER;
  #changesUpTo = 0;
  #seenAt: unknown;
  #unsaved = 0;
  #isLoaded = false;
  #syncing: Promise<void> | null = null;
  #saving: Promise<void> | null = null;

  /**
   * @param connection one that only reads
   * @param mayWrite whether files may be written
   */
  constructor(connection: Connection, files: IndexFiles, mayWrite: boolean) {
    this.#connection = connection;
    this.#files = files;
    this.#mayWrite = mayWrite;
  }

  /** The nearest of a space, best first: as many as there are after `offset`, none cut off. */
  async nearest(space: string, search: Omit<Search, 'exact'>): Promise<Neighbour[]> {
    await this.sync();
    const { index } = this.#spaces.get(keyOf(space, search.vector.length)) ?? {};
    if (!index) return [];
    const blob = toBlob(search.vector);
    return index.nearest({ ...search, exact: (numbers) => this.#similarities(numbers, blob) });
  }

  /** Those rows that have an embedding of a space. */
  async among(space: string, width: number, isWanted: (seq: number) => boolean): Promise<SeqSet> {
    await this.sync();
    return this.#spaces.get(keyOf(space, width))?.index.among(isWanted) ?? new SeqSet();
  }

  /** Takes in what was added, changed and removed since the last time, by whichever process. */
  async sync(): Promise<void> {
    this.#syncing ??= this.#follow().finally(() => (this.#syncing = null));
    await this.#syncing;
  }

  /** Keeps what would take long to make again. */
  async close(): Promise<void> {
    await this.#syncing?.catch(() => undefined);
    await this.#saving;
    if (this.#unsaved >= WORTH_SAVING_AT_END) this.#save();
    await this.#saving;
  }

  async #follow(): Promise<void> {
    const version = this.#connection.pragma('data_version');
    if (version === this.#seenAt) return;
    const breather = new Breather();
    if (!this.#isLoaded) await this.#load();
    this.#isLoaded = true;
    await this.#followChanges(breather);
    // The numbers of the last that went will be given once more.
    const { n } = maximumSchema.parse(
      this.#connection.get('SELECT max(number) AS n FROM embeddings'),
    );
    this.#upTo = Math.min(this.#upTo, n ?? Number.MIN_SAFE_INTEGER);
    await this.#readNew(breather);
    if (this.#unsaved >= WORTH_SAVING) this.#save();
    this.#seenAt = version;
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

  async #readNew(breather: Breather): Promise<void> {
    for (;;) {
      const rows = this.#connection.all(
        `${ROWS} WHERE number > ? ORDER BY number LIMIT ${BATCH}`,
        this.#upTo,
      );
      const last = this.#put(rows).at(-1);
      if (last === undefined) return;
      this.#upTo = last.number;
      await this.#measureSpreads();
      // So that what is read of a large library is not lost when it is closed meanwhile.
      if (this.#unsaved >= WORTH_SAVING) this.#save();
      await breather.pause();
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

  #similarities(numbers: readonly number[], blob: Buffer): Map<number, number> {
    const rows = this.#connection.all(
      `SELECT number, vec_distance_cosine(vector, ?) AS distance FROM embeddings
       WHERE number IN (SELECT value FROM json_each(?)) AND length(vector) = ?`,
      ...[blob, JSON.stringify(numbers.toSorted((a, b) => a - b)), blob.length],
    );
    return new Map(
      nearSchema
        .parse(rows)
        .flatMap(({ number, distance }) => (distance === null ? [] : [[number, 1 - distance]])),
    );
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

  async #load(): Promise<void> {
    const state = await this.#files.state();
    if (!state || !this.#isOfThisDatabase(state)) return;
    this.#upTo = state.upTo;
    this.#changesUpTo = state.changesUpTo;
    for (const { space, width, spread, segments } of state.spaces) {
      const mean = Float32Array.from(spread.mean);
      const deviation = Float32Array.from(spread.deviation);
      const index = new SpaceIndex(width, { mean, deviation, of: spread.of });
      this.#spaces.set(keyOf(space, width), { space, index });
      for (const { start, file } of segments) {
        const segment = await this.#files.segment(file, start, width);
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
