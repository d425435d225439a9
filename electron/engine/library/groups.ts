import { z } from 'zod';
import type { Group, GroupsQuery } from '../../contract/library.ts';
import { Breather } from '../jobs/breather.ts';
import type { Connection } from './connection.ts';
import { firstIdAt, timeOfId } from './ids.ts';
import { idsQuery, promptGroupsQuery, type Quarantined } from './queries.ts';
import type { SeqReader } from './seq-reader.ts';
import type { Seqs } from './seqs.ts';

/** Ids that are read before other work gets its turn. */
const IDS_AT_ONCE = 2_000;

const groupsSchema = z.array(
  z.object({ key: z.string(), count: z.int().positive(), cover: z.string() }),
);
const idSchema = z.object({ id: z.string() });
const edgesSchema = z.array(z.object({ child: z.string(), parent: z.string() }));

interface GroupingParts {
  /** One that only reads. */
  readonly connection: Connection;
  readonly rows: SeqReader;
}

/** Portraits by their words; that of the newest comes first. */
export async function promptsOf(
  rows: SeqReader,
  { limit, ...filter }: Omit<GroupsQuery, 'by'>,
  quarantined: Quarantined,
): Promise<Group[]> {
  return groupsSchema.parse(await rows.rows(promptGroupsQuery(filter, limit, quarantined)));
}

/**
 * Portraits by the day they were made, newest first. Jumps from one day to the one before it, looking at some
 * portraits of each.
 *
 * @param seqs from the newest down
 */
export async function daysOf(
  { connection }: GroupingParts,
  seqs: Seqs,
  limit: number,
): Promise<Group[]> {
  const breather = new Breather();
  const groups: Group[] = [];
  for (let start = 0; start < seqs.length && groups.length < limit;) {
    const cover = idOf(connection, seqs[start] ?? 0);
    const made = new Date(timeOfId(cover));
    const key = dayOf(made);
    const first = firstIdAt(made.setHours(0, 0, 0, 0));
    const isBefore = (index: number) => idOf(connection, seqs[index] ?? 0) < first;
    const end = firstWhere(isBefore, start + 1, seqs.length, groups.at(-1)?.count ?? 1);
    groups.push({ key, count: end - start, cover });
    start = end;
    await breather.pause();
  }
  return groups;
}

function idOf(connection: Connection, seq: number): string {
  return idSchema.parse(connection.get('SELECT id FROM generations WHERE seq = ?', seq)).id;
}

/** The first index for which something is so, that is so for all after it; `end` where it is for none. */
function firstWhere(
  isSo: (index: number) => boolean,
  from: number,
  end: number,
  step: number,
): number {
  let [low, high] = [from, Math.min(end, from + step)];
  for (let size = step; high < end && !isSo(high); size *= 2) {
    low = high + 1;
    high = Math.min(end, high + 1 + size);
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `2026-01-31`, in the time of the machine. */
function dayOf(date: Date): string {
  const numbers = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return numbers.map((number) => String(number).padStart(2, '0')).join('-');
}

/**
 * What has a common ancestor, or a child in common, is one family; its key is its oldest id. That of the newest comes
 * first.
 *
 * @param seqs from the newest down
 */
export async function familiesOf(
  { connection, rows }: GroupingParts,
  seqs: Seqs,
  limit: number,
): Promise<Group[]> {
  const breather = new Breather();
  const families = new Families();
  const edges = await rows.rows({
    sql: 'SELECT child.id AS child, parent FROM parents JOIN generations AS child ON child.seq = parents.child',
    values: [],
  });
  for (const { child, parent } of edgesSchema.parse(edges)) families.join(child, parent);
  const groups = new Map<string, Group>();
  for (let from = 0; from < seqs.length; from += IDS_AT_ONCE) {
    const { sql, values } = idsQuery([...seqs.subarray(from, from + IDS_AT_ONCE)]);
    for (const row of connection.all(sql, ...values)) {
      const { id } = idSchema.parse(row);
      const key = families.of(id);
      const known = groups.get(key);
      if (known) groups.set(key, { ...known, count: known.count + 1 });
      else groups.set(key, { key, count: 1, cover: id });
    }
    await breather.pause();
  }
  return [...groups.values()].slice(0, limit);
}

/** Sets that become one when two of theirs are joined, each known by its least member. */
export class Families {
  readonly #above = new Map<string, string>();

  of(id: string): string {
    let root = id;
    for (let above = this.#above.get(root); above !== undefined; above = this.#above.get(root)) {
      root = above;
    }
    // The next who asks has a shorter way.
    if (root !== id) this.#above.set(id, root);
    return root;
  }

  join(a: string, b: string): void {
    const [first = a, second = b] = [this.of(a), this.of(b)].sort();
    if (first !== second) this.#above.set(second, first);
  }
}
