import { z } from 'zod';
import type { Group, GroupsQuery, LibraryFilter } from '../../contract/library.ts';
import type { Connection } from './connection.ts';
import { timeOfId } from './ids.ts';
import { countQuery, idsQuery, listQuery, promptGroupsQuery, type Quarantined } from './queries.ts';

const groupsSchema = z.array(
  z.object({ key: z.string(), count: z.int().positive(), cover: z.string() }),
);
const idSchema = z.object({ id: z.string() });
const countSchema = z.object({ count: z.int() });
const edgesSchema = z.array(z.object({ child: z.string(), parent: z.string() }));

/** Portraits by the day they were made, their words, or what they came from; that of the newest comes first. */
export function groupsOf(
  connection: Connection,
  { by, limit, ...filter }: GroupsQuery,
  quarantined: Quarantined,
): Group[] {
  switch (by) {
    case 'day':
      return daysOf(connection, filter, limit, quarantined);
    case 'prompt': {
      const { sql, values } = promptGroupsQuery(filter, limit, quarantined);
      return groupsSchema.parse(connection.all(sql, ...values));
    }
    case 'family':
      return familiesOf(connection, filter, limit, quarantined);
  }
}

/** Jumps from one day to the day before it that has any: as many look-ups as there are days. */
function daysOf(
  connection: Connection,
  filter: LibraryFilter,
  limit: number,
  quarantined: Quarantined,
): Group[] {
  const groups: Group[] = [];
  let { until } = filter;
  while (groups.length < limit) {
    const newest = listQuery({ ...filter, until, limit: 1 }, quarantined);
    const row = connection.get(newest.sql, ...newest.values);
    if (row === undefined) break;
    const { id: cover } = idSchema.parse(row);
    const start = new Date(timeOfId(cover));
    const key = dayOf(start);
    start.setHours(0, 0, 0, 0);
    const from = Math.max(start.getTime(), filter.from ?? 0);
    const { sql, values } = countQuery({ ...filter, from, until }, quarantined);
    groups.push({ key, cover, ...countSchema.parse(connection.get(sql, ...values)) });
    until = start.getTime();
  }
  return groups;
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
