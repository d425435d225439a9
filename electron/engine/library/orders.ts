/** Portraits in their orders, so that any stretch of one can be had without going through what stands before it. */
import type { LibraryFilter, Order } from '../../contract/library.ts';
import { parseQuery } from '../../contract/query.ts';
import { Breather } from '../jobs/breather.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import { changedRows, lastChange } from './changed-rows.ts';
import { conditionsOf } from './columns.ts';
import type { Connection } from './connection.ts';
import type { PortraitSets } from './portrait-sets.ts';
import type { Quarantine } from './quarantine.ts';
import { narrowing, type Sorted, sortedQuery } from './queries.ts';
import { asksForTrash, isOfRow } from './query-conditions.ts';

import type { SeqReader } from './seq-reader.ts';
import { compact, roomLike, type Seqs, shortened } from './seqs.ts';

/** Orders that are remembered, of everything and of what filters leave: each takes 4 MB at a million. */
const REMEMBERED = 3;

interface Kept {
  seqs: Seqs;
  /** The last change that it has followed. */
  upTo: number;
  version: number;
}

interface Narrowed {
  readonly seqs: Seqs;
  /** What it was made of. */
  readonly of: string;
}

let versions = 0;

interface OrderParts {
  /** One that only reads. */
  readonly connection: Connection;
  readonly quarantine: Quarantine;
  readonly sets: PortraitSets;
  readonly rows: SeqReader;
}

export class Orders {
  readonly #connection: Connection;
  readonly #quarantine: Quarantine;
  readonly #sets: PortraitSets;
  readonly #rows: SeqReader;
  readonly #kept = new LruCache<Kept>(REMEMBERED);
  #narrowed: readonly Narrowed[] = [];
  #epoch = 0;

  constructor({ connection, quarantine, sets, rows }: OrderParts) {
    this.#connection = connection;
    this.#quarantine = quarantine;
    this.#sets = sets;
    this.#rows = rows;
  }

  /** All rows of an order but those that cannot be read; as if it were not reversed. */
  async of({ sort = 'date', ...filter }: Order): Promise<Seqs> {
    const query = parseQuery(filter.query ?? '');
    const { trashed = asksForTrash(query) } = filter;
    const board = sort === 'board' ? (filter.board ?? '') : null;
    const sorted = await this.#sorted({ sort, trashed, board });
    // The order of a board has its portraits alone.
    const conditions = narrowing(board === null ? filter : { ...filter, board: undefined });
    const isAll = conditions.length === conditionsOf({ trashed }).filter(Boolean).length;
    const set = isAll ? null : await this.#sets.get(conditions, isOfRow(query));
    const left = this.#quarantine.known;
    if (set === null && left.length === 0) return sorted.seqs;
    const of = JSON.stringify([sorted.version, set?.version, left]);
    const known = this.#narrowed.find((one) => one.of === of);
    const isLeft = new Set(left);
    const isIn = (seq: number) => (set === null || set.seqs.has(seq)) && !isLeft.has(seq);
    const narrowed = known ?? { of, seqs: await filtered(sorted.seqs, isIn) };
    const others = this.#narrowed.filter((one) => one !== known);
    this.#narrowed = [narrowed, ...others].slice(0, REMEMBERED);
    return narrowed.seqs;
  }

  /** How many rows a filter leaves, of those that can be read. */
  async count(filter: LibraryFilter): Promise<number> {
    const query = parseQuery(filter.query ?? '');
    const { seqs } = await this.#sets.get(narrowing(filter), isOfRow(query));
    return seqs.size - this.#quarantine.known.filter((seq) => seqs.has(seq)).length;
  }

  /** Everything, or all of the trash or of a board. */
  async #sorted(order: Sorted): Promise<Kept> {
    for (;;) {
      const key = JSON.stringify([this.#epoch, order]);
      const kept = await this.#kept.get(key, () => this.#read(order));
      if (this.#follow(kept, order)) return kept;
      this.#epoch += 1;
    }
  }

  async #read(order: Sorted): Promise<Kept> {
    const upTo = lastChange(this.#connection);
    const seqs = await this.#rows.read(sortedQuery(order));
    return { seqs, upTo, version: (versions += 1) };
  }

  /** Takes rows that have changed out of the order and puts them where they belong now. */
  #follow(kept: Kept, order: Sorted): boolean {
    const changed = changedRows(this.#connection, kept.upTo);
    if (changed === null) return false;
    if (changed.seqs.length === 0) return true;
    const isChanged = new Set(changed.seqs);
    const others = kept.seqs.filter((seq) => !isChanged.has(seq));
    const { sql, values } = sortedQuery(order, { among: changed.seqs });
    const fresh = this.#connection.numbers(sql, ...values);
    kept.seqs = this.#merged(others, fresh, order);
    // Last: what fails before is followed again.
    kept.upTo = changed.upTo;
    kept.version = versions += 1;
    return true;
  }

  /** @param fresh in the order themselves */
  #merged(others: Seqs, fresh: Seqs, order: Sorted): Seqs {
    const merged = new Float64Array(others.length + fresh.length);
    let from = 0;
    for (const [nth, seq] of fresh.entries()) {
      const place = this.#placeOf(seq, others, from, order);
      merged.set(others.subarray(from, place), from + nth);
      merged[place + nth] = seq;
      from = place;
    }
    merged.set(others.subarray(from), from + fresh.length);
    return compact(merged);
  }

  /** How many stand before a row. */
  #placeOf(seq: number, others: Seqs, from: number, order: Sorted): number {
    let [low, high] = [from, others.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { sql, values } = sortedQuery(order, { among: [seq], after: others[middle] ?? 0 });
      if (this.#connection.get(sql, ...values) === undefined) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Numbers that are looked at before other work gets its turn. */
const AT_ONCE = 65_536;

async function filtered(seqs: Seqs, isIn: (seq: number) => boolean): Promise<Seqs> {
  const breather = new Breather();
  const found = roomLike(seqs);
  let count = 0;
  for (let from = 0; from < seqs.length; from += AT_ONCE) {
    const until = Math.min(from + AT_ONCE, seqs.length);
    for (let at = from; at < until; at += 1) {
      const seq = seqs[at] as number;
      if (isIn(seq)) found[count++] = seq;
    }
    await breather.pause();
  }
  return shortened(found, count);
}
