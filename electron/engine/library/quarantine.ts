import { z } from 'zod';
import { Breather } from '../jobs/breather.ts';
import type { Generation } from '../../contract/generation.ts';
import type { Connection } from './connection.ts';
import { type Quarantined, type Query, rowsQuery } from './queries.ts';
import { type FaultyRow, GENERATION_COLUMNS, isFaulty, readGeneration } from './records.ts';

/** Rows that are looked through at once: more of them would hold up everything else. */
const BATCH = 100;

const seqSchema = z.object({ seq: z.number() });

/**
 * The rows of a library that cannot be read. One of them must not keep the others from being listed,
 * counted and found: it is set aside, named to whoever asks, and everything else goes on.
 */
export class Quarantine {
  readonly #connection: Connection;
  readonly #rows = new Map<number, FaultyRow>();
  #seenUpTo = Number.MIN_SAFE_INTEGER;
  #seenAt: unknown;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Those met so far. */
  get known(): Quarantined {
    return [...this.#rows.keys()];
  }

  /**
   * Those of what was looked through: with each call a batch of what came into the library since, so that the
   * many rows of a large library are looked through little by little.
   */
  all(): FaultyRow[] {
    const version = this.#connection.pragma('data_version');
    if (version !== this.#seenAt) {
      // A number is free again once its row is gone, and may then be that of a row that is well.
      for (const seq of this.known) this.#lookAt(seq);
      if (this.#lookThroughNew()) this.#seenAt = version;
    }
    return [...this.#rows.values()];
  }

  /** All there are. Reads every row, which is slow. */
  async everyOne(): Promise<FaultyRow[]> {
    const breather = new Breather();
    while (!this.#lookThroughNew()) await breather.pause();
    return this.all();
  }

  /** A row as a portrait; null where it cannot be read, which is then known. */
  read(row: unknown): Generation | null {
    const read = readGeneration(row);
    if (!isFaulty(read)) return read;
    this.#rows.set(read.seq, read);
    return null;
  }

  /** The rows of a query as `read` takes them. Where one is faulty, the query is asked again without it. */
  readAll<T>(
    ask: (quarantined: Quarantined) => Query,
    read: (generation: Generation, row: unknown) => T,
  ): T[] {
    for (;;) {
      const { sql, values } = ask(this.known);
      const results: T[] = [];
      const before = this.#rows.size;
      for (const row of this.#connection.all(sql, ...values)) {
        const generation = this.read(row);
        if (generation) results.push(read(generation, row));
      }
      if (this.#rows.size === before) return results;
    }
  }

  /** Some rows by their numbers, as far as they are there and can be read. */
  rows(seqs: readonly number[]): Map<number, Generation> {
    const { sql, values } = rowsQuery(seqs);
    const found = new Map<number, Generation>();
    for (const row of this.#connection.all(sql, ...values)) {
      const generation = this.read(row);
      if (generation) found.set(seqSchema.parse(row).seq, generation);
    }
    return found;
  }

  #lookAt(seq: number): void {
    this.#rows.delete(seq);
    const row = this.#connection.get(
      `SELECT ${GENERATION_COLUMNS} FROM generations AS g WHERE seq = ?`,
      seq,
    );
    if (row !== undefined) this.read(row);
  }

  /** @returns whether that was all there was */
  #lookThroughNew(): boolean {
    const rows = this.#connection.all(
      `SELECT ${GENERATION_COLUMNS} FROM generations AS g WHERE seq > ? ORDER BY seq LIMIT ${BATCH}`,
      this.#seenUpTo,
    );
    for (const row of rows) this.read(row);
    const last = rows.at(-1);
    if (last !== undefined) this.#seenUpTo = seqSchema.parse(last).seq;
    return rows.length < BATCH;
  }
}
