import { LruCache } from '../jobs/lru-cache.ts';
import { changedRows, lastChange } from './changed-rows.ts';
import type { Condition } from './columns.ts';
import type { Connection } from './connection.ts';
import { seqQuery } from './queries.ts';
import type { SeqReader } from './seq-reader.ts';
import { SeqSet } from './vector-index/seq-set.ts';

/** Sets that are remembered: those of the last questions. */
const REMEMBERED = 4;

interface Kept {
  readonly seqs: SeqSet;
  /** The last change that it has followed. */
  upTo: number;
  /** Another number once it has others in it. */
  version: number;
}

let versions = 0;

/** A set of rows, and a number that is another one once it has changed. */
export type PortraitSet = Readonly<Pick<Kept, 'seqs' | 'version'>>;

/** The rows that conditions leave, which are remembered and follow what happens to portraits. */
export class PortraitSets {
  readonly #connection: Connection;
  readonly #rows: SeqReader;
  readonly #kept = new LruCache<Kept>(REMEMBERED);
  /** Another one once nothing that is remembered counts any more. */
  #epoch = 0;

  constructor(connection: Connection, rows: SeqReader) {
    this.#connection = connection;
    this.#rows = rows;
  }

  /** @param isOfRow whether what happens to one row says nothing of whether others are in it */
  async get(conditions: readonly Condition[], isOfRow: boolean): Promise<PortraitSet> {
    const active = conditions.filter((condition) => condition !== false);
    for (;;) {
      const state = isOfRow ? this.#epoch : this.#connection.pragma('data_version');
      const key = JSON.stringify([isOfRow, state, active]);
      const kept = await this.#kept.get(key, () => this.#read(active));
      if (this.#follow(kept, active)) return kept;
      this.#epoch += 1;
    }
  }

  async #read(conditions: readonly Condition[]): Promise<Kept> {
    const upTo = lastChange(this.#connection);
    const seqs = await SeqSet.of(await this.#rows.read(seqQuery(conditions)));
    return { seqs, upTo, version: (versions += 1) };
  }

  /** @returns false where it has to be read again */
  #follow(kept: Kept, conditions: readonly Condition[]): boolean {
    const changed = changedRows(this.#connection, kept.upTo);
    if (changed === null) return false;
    if (changed.seqs.length === 0) return true;
    const { sql, values } = seqQuery([
      ...conditions,
      ['g.seq IN (SELECT value FROM json_each(?))', JSON.stringify(changed.seqs)],
    ]);
    const fresh = this.#connection.numbers(sql, ...values);
    for (const seq of changed.seqs) kept.seqs.delete(seq);
    for (const seq of fresh) kept.seqs.add(seq);
    // Last: what fails before is followed again.
    kept.upTo = changed.upTo;
    kept.version = versions += 1;
    return true;
  }
}
