import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Breather } from '../jobs/breather.ts';
import type { Connection, SqlValue } from './connection.ts';
import { isSound, toVector } from './vectors.ts';

/** Embeddings that are read, and places that are written, at once. */
const BATCH = 512;
/** Numbers of embeddings that are read at once. */
const NUMBERS_AT_ONCE = 10_000;

/** Where an embedding lies in the atlas of its space, 0 to 1 in both directions. */
export interface AtlasPlace {
  /** Of the embedding. */
  readonly number: number;
  /** Of the portrait's row. */
  readonly seq: number;
  readonly x: number;
  readonly y: number;
}

export interface NumberedEmbedding {
  readonly number: number;
  readonly vector: Float32Array;
}

/** A portrait's place with the words that stand beside it. */
export interface PlacedWords {
  readonly x: number;
  readonly y: number;
  readonly words: string;
}

const layoutSchema = z.object({ layout: z.instanceof(Buffer) });
const stampSchema = z.object({ stamp: z.string() });
const countSchema = z.object({ count: z.number() });
const placesSchema = z.array(
  z.object({ number: z.number(), seq: z.number(), x: z.number(), y: z.number() }),
);
const wordsSchema = z.array(
  z.object({ number: z.number(), x: z.number(), y: z.number(), words: z.string() }),
);
const numbersSchema = z.array(z.object({ seq: z.number(), number: z.number() }));
const embeddingsSchema = z.array(z.object({ number: z.number(), vector: z.instanceof(Buffer) }));

const PLACES = `SELECT p.number, e.seq, p.x, p.y FROM atlas_places AS p
  JOIN embeddings AS e USING (number) WHERE e.space = ?`;

/** What the database keeps of atlases. All of it can be computed again. */
export class AtlasRows {
  readonly #reading: Connection;
  readonly #writing: Connection;
  /** What was counted since something was last written. */
  readonly #known = new Map<string, string | number>();
  #version: unknown;

  constructor(reading: Connection, writing: Connection) {
    this.#reading = reading;
    this.#writing = writing;
  }

  /** Another one once the places of a space are others. */
  stamp(space: string): string {
    return this.#remembered(`stamp ${space}`, () =>
      JSON.stringify([
        ...[this.layoutStamp(space), this.count(space)],
        this.#reading.get('SELECT max(n) FROM embedding_changes'),
      ]),
    );
  }

  /** Another one once a space was laid out anew; null where it never was. */
  layoutStamp(space: string): string | null {
    const row = this.#reading.get('SELECT laid_out AS stamp FROM atlases WHERE space = ?', space);
    return row === undefined ? null : stampSchema.parse(row).stamp;
  }

  /** What places of a space are computed by; null where it was never laid out. */
  layout(space: string): Uint8Array | null {
    const row = this.#reading.get('SELECT layout FROM atlases WHERE space = ?', space);
    return row === undefined ? null : layoutSchema.parse(row).layout;
  }

  /** Begins an atlas anew: all places of the space are forgotten. */
  keepLayout(space: string, layout: Uint8Array): void {
    this.#writing.write(() => {
      this.#writing.run(
        'DELETE FROM atlas_places WHERE number IN (SELECT number FROM embeddings WHERE space = ?)',
        space,
      );
      this.#writing.run(
        'INSERT OR REPLACE INTO atlases (space, laid_out, layout) VALUES (?, ?, ?)',
        ...[space, randomUUID(), Buffer.from(layout)],
      );
    });
  }

  /** Places embeddings; those that are gone meanwhile are passed over. */
  async keepPlaces(places: readonly Pick<AtlasPlace, 'number' | 'x' | 'y'>[]): Promise<void> {
    const breather = new Breather();
    for (let from = 0; from < places.length; from += BATCH) {
      this.#writing.run(
        `INSERT OR REPLACE INTO atlas_places (number, x, y)
         SELECT number, value ->> 1, value ->> 2 FROM json_each(?)
         JOIN embeddings ON number = value ->> 0`,
        JSON.stringify(places.slice(from, from + BATCH).map(({ number, x, y }) => [number, x, y])),
      );
      await breather.pause();
    }
  }

  /** How many portraits of a space are placed. */
  count(space: string): number {
    return this.#count(
      'SELECT count(*) AS count FROM atlas_places JOIN embeddings USING (number) WHERE space = ?',
      space,
    );
  }

  /** How many of a space have no place. */
  unplaced(space: string): number {
    return this.#all(space) - this.count(space);
  }

  /** Every place of a space. */
  async places(space: string): Promise<AtlasPlace[]> {
    const found: AtlasPlace[] = [];
    for await (const batch of this.#batches(PLACES, placesSchema, [space])) {
      found.push(...batch);
    }
    return found;
  }

  /** What stands beside the portraits of a space: their prompts and tags. */
  words(space: string): AsyncGenerator<PlacedWords[]> {
    const select = `SELECT p.number, p.x, p.y, g.prompt || ' ' || ifnull(
        (SELECT group_concat(tag, ' ') FROM generation_tags WHERE generation = g.seq), '') AS words
      FROM atlas_places AS p JOIN embeddings AS e USING (number) JOIN generations AS g ON g.seq = e.seq
      WHERE e.space = ? AND g.trashed_at IS NULL`;
    return this.#batches(select, wordsSchema, [space]);
  }

  /** The embeddings of a space that have no place yet, some at a time. */
  async *embeddingsToPlace(space: string): AsyncGenerator<NumberedEmbedding[]> {
    const select = `SELECT p.number, p.vector FROM embeddings AS p WHERE p.space = ?
      AND NOT EXISTS (SELECT 1 FROM atlas_places AS placed WHERE placed.number = p.number)`;
    yield* this.#vectors(select, [space]);
  }

  /** About as many embeddings of a space as asked for, spread evenly over all; all where there are no more. */
  async sample(space: string, count: number): Promise<Float32Array[]> {
    const all = this.#all(space);
    const numbers: number[] = [];
    let met = 0;
    for await (const batch of this.#numbers(space)) {
      for (const number of batch) {
        const isDue = Math.floor(((met + 1) * count) / all) > Math.floor((met * count) / all);
        met += 1;
        if (all <= count || isDue) numbers.push(number);
      }
    }
    const found: Float32Array[] = [];
    const select = `SELECT p.number, p.vector FROM embeddings AS p
      WHERE p.space = ? AND p.number IN (SELECT value FROM json_each(?))`;
    for await (const batch of this.#vectors(select, [space, JSON.stringify(numbers)])) {
      found.push(...batch.map(({ vector }) => vector));
    }
    return found;
  }

  /** Of the embeddings of a space, some at a time. In the order of rows, for that the index knows without them. */
  async *#numbers(space: string): AsyncGenerator<number[]> {
    const breather = new Breather();
    for (let last = Number.MIN_SAFE_INTEGER; ;) {
      const found = this.#reading.all(
        `SELECT seq, number FROM embeddings WHERE space = ? AND seq > ?
         ORDER BY seq LIMIT ${NUMBERS_AT_ONCE}`,
        ...[space, last],
      );
      const rows = numbersSchema.parse(found);
      const end = rows.at(-1);
      if (end === undefined) return;
      yield rows.map(({ number }) => number);
      last = end.seq;
      await breather.pause();
    }
  }

  async *#vectors(
    select: string,
    values: readonly SqlValue[],
  ): AsyncGenerator<NumberedEmbedding[]> {
    for await (const batch of this.#batches(select, embeddingsSchema, values)) {
      yield batch.flatMap(({ number, vector: blob }) => {
        const vector = toVector(blob);
        return vector !== null && isSound(vector, false) ? { number, vector } : [];
      });
    }
  }

  /** Rows in the order of their numbers, some at a time, so that others of the process get their turn. */
  async *#batches<Row extends { number: number }>(
    select: string,
    schema: z.ZodType<Row[]>,
    values: readonly SqlValue[],
  ): AsyncGenerator<Row[]> {
    const breather = new Breather();
    for (let last = Number.MIN_SAFE_INTEGER; ;) {
      const rows = schema.parse(
        this.#reading.all(
          `${select} AND p.number > ? ORDER BY p.number LIMIT ${BATCH}`,
          ...[...values, last],
        ),
      );
      const end = rows.at(-1);
      if (end === undefined) return;
      yield rows;
      last = end.number;
      await breather.pause();
    }
  }

  #all(space: string): number {
    return this.#count('SELECT count(*) AS count FROM embeddings WHERE space = ?', space);
  }

  #count(sql: string, space: string): number {
    return this.#remembered(
      `${sql} ${space}`,
      () => countSchema.parse(this.#reading.get(sql, space)).count,
    );
  }

  /** Counting a million takes a while: once for each time that something is written. */
  #remembered<T extends string | number>(key: string, compute: () => T): T {
    const version = this.#reading.pragma('data_version');
    if (version !== this.#version) this.#known.clear();
    this.#version = version;
    const known = (this.#known.get(key) as T | undefined) ?? compute();
    this.#known.set(key, known);
    return known;
  }
}
