import { z } from 'zod';
import type { Group, GroupKey, GroupsQuery, LibraryFilter } from '../../contract/library.ts';
import { Breather } from '../jobs/breather.ts';
import type { Connection } from './connection.ts';
import { firstIdAt, timeOfId } from './ids.ts';
import { idsQuery, promptGroupsQuery, type Quarantined } from './queries.ts';

const groupsSchema = z.array(
  z.object({ key: z.string(), count: z.int().positive(), cover: z.string() }),
);
const idSchema = z.object({ id: z.string() });
const edgesSchema = z.array(z.object({ child: z.string(), parent: z.string() }));

/** Portraits by their words, or by what they came from; that of the newest comes first. */
export function groupsOf(
  connection: Connection,
  { by, limit, ...filter }: GroupsQuery & { readonly by: Exclude<GroupKey, 'day'> },
  quarantined: Quarantined,
): Group[] {
  if (by === 'family') return familiesOf(connection, filter, limit, quarantined);
  const { sql, values } = promptGroupsQuery(filter, limit, quarantined);
  return groupsSchema.parse(connection.all(sql, ...values));
}

/**
 * Portraits by the day they were made, newest first. Jumps from one day to the one before it, looking at some
 * portraits of each.
 *
 * @param seqs from the newest down
 */
export async function daysOf(
  connection: Connection,
  seqs: ArrayLike<number>,
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

/** What has a common ancestor, or a child in common, is one family; its key is its oldest id. */
function familiesOf(
  connection: Connection,
  filter: LibraryFilter,
  limit: number,
  quarantined: Quarantined,
): Group[] {
  const families = new Families();
  const edges = connection.all(
    'SELECT child.id AS child, parent FROM parents JOIN generations AS child ON child.seq = parents.child',
  );
  for (const { child, parent } of edgesSchema.parse(edges)) families.join(child, parent);
  const { sql, values } = idsQuery(filter, quarantined);
  const groups = new Map<string, Group>();
  for (const row of connection.all(sql, ...values)) {
    const { id } = idSchema.parse(row);
    const key = families.of(id);
    const known = groups.get(key);
    if (known) groups.set(key, { ...known, count: known.count + 1 });
    else groups.set(key, { key, count: 1, cover: id });
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
