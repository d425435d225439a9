import type { LibraryFilter, ListQuery, SortKey } from '../../contract/library.ts';
import { parseQuery } from '../../contract/query.ts';
import { type Condition, type Conditional, conditionsOf } from './columns.ts';
import type { SqlValue } from './connection.ts';
import { asksForTrash, exactWordsCondition, filterConditions } from './query-conditions.ts';
import { GENERATION_COLUMNS } from './records.ts';

/** A statement with the values for its question marks. */
export interface Query {
  readonly sql: string;
  readonly values: SqlValue[];
}

/** Numbers (`seq`) of rows that cannot be read and are passed over. */
export type Quarantined = readonly number[];

/** What portraits are sorted by, with the higher first or not; spelled as the indexes spell it. */
const SORTS: Readonly<Record<SortKey, { readonly by: string; readonly descends: boolean }>> = {
  date: { by: 'g.id', descends: true },
  rating: { by: 'g.rating', descends: true },
  name: { by: 'g.prompt COLLATE NOCASE', descends: false },
  likelihood: { by: 'ifnull(g.log_likelihood, -1e300)', descends: true },
  'clip-score': { by: 'ifnull(g.clip_score, -1e300)', descends: true },
  board: { by: 'p.position', descends: false },
};

/** One row more than asked for, so that the caller knows whether there is a next page. */
export function listQuery(
  { limit, before, sort = 'date', reverse = false, ...filter }: ListQuery,
  quarantined: Quarantined = [],
): Query {
  const { by, descends } = SORTS[sort];
  const isDescending = descends !== reverse;
  const [order, beyond] = isDescending ? ['DESC', '<'] : ['ASC', '>'];
  const isBoard = sort === 'board';
  const from = isBoard
    ? 'board_generations AS p JOIN generations AS g ON g.seq = p.generation'
    : 'generations AS g';
  const after = `(${by}, g.id) ${beyond} (SELECT ${by}, g.id FROM ${from} WHERE g.id = ?`;
  const { sql, values } = where([
    isBoard && ['p.board = ?', filter.board ?? ''],
    ...narrowing(isBoard ? { ...filter, board: undefined } : filter),
    quarantineCondition(quarantined),
    before !== undefined &&
      (sort === 'date'
        ? [`g.id ${beyond} ?`, before]
        : [
            `${after}${isBoard ? ' AND p.board = ?)' : ')'}`,
            before,
            ...(isBoard ? [filter.board ?? ''] : []),
          ]),
  ]);
  return {
    sql: `SELECT ${GENERATION_COLUMNS} FROM ${from} WHERE ${sql}
      ORDER BY ${by} ${order}${sort === 'date' ? '' : `, g.id ${order}`} LIMIT ?`,
    values: [...values, limit + 1],
  };
}

/** An order of everything outside the trash or in it, or of a board. */
export interface Sorted {
  readonly sort: SortKey;
  readonly trashed: boolean;
  /** Null where it is not the order of one. */
  readonly board: string | null;
}

/** The numbers of rows in their order: all of them, some, or those after a row. */
export function sortedQuery(
  { sort, trashed, board }: Sorted,
  { after, among }: { after?: number; among?: readonly number[] } = {},
): Query {
  const { by, descends } = SORTS[sort];
  const [order, beyond] = descends ? ['DESC', '<'] : ['ASC', '>'];
  const columns = sort === 'date' ? by : `${by}, g.id`;
  const from =
    board === null
      ? 'generations AS g'
      : 'board_generations AS p JOIN generations AS g ON g.seq = p.generation';
  const onBoard: Condition = board !== null && ['p.board = ?', board];
  const that = where([['g.seq = ?', after ?? 0], onBoard]);
  const { sql, values } = where([
    ...conditionsOf({ trashed }),
    onBoard,
    among !== undefined && ['g.seq IN (SELECT value FROM json_each(?))', JSON.stringify(among)],
    after !== undefined && [
      `(${columns}) ${beyond} (SELECT ${columns} FROM ${from} WHERE ${that.sql})`,
      ...that.values,
    ],
  ]);
  return {
    sql: `SELECT g.seq FROM ${from} WHERE ${sql}
      ORDER BY ${by} ${order}${sort === 'date' ? '' : `, g.id ${order}`}`,
    values,
  };
}

/** How many portraits each pack has drawn, by their star and by whether they are in the trash. */
export const COUNTS = `SELECT pack_id AS id, pack_version AS version, is_starred AS isStarred,
  is_trashed AS isTrashed, portraits FROM portrait_counts WHERE portraits > 0`;

/** The numbers of portraits that conditions leave, in no order. */
export function seqQuery(conditions: readonly Condition[]): Query {
  const { sql, values } = where([['TRUE'], ...conditions]);
  return { sql: `SELECT g.seq FROM generations AS g WHERE ${sql}`, values };
}

/** Portraits that conditions leave, newest first. */
export function pageQuery(
  conditions: readonly Condition[],
  { limit, offset }: { limit: number; offset: number },
): Query {
  const { sql, values } = seqQuery(conditions);
  return { sql: `${sql} ORDER BY g.id DESC LIMIT ? OFFSET ?`, values: [...values, limit, offset] };
}

/** Some rows, by their numbers, in no order. */
export function rowsQuery(seqs: readonly number[]): Query {
  return {
    sql: `SELECT ${GENERATION_COLUMNS} FROM generations AS g
      WHERE g.seq IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(seqs)],
  };
}

/**
 * The family of a portrait, nearest first: itself and what it came from, then what came of these. Every
 * column but `known_as` is null where the library holds no such portrait. UNION takes every id once, so
 * that even edges in a circle come to an end.
 */
export function familyQuery(id: string, limit: number): Query {
  return {
    sql: `WITH RECURSIVE
      line (id) AS (
        VALUES (?)
        UNION
        SELECT p.parent FROM line
        JOIN generations AS child ON child.id = line.id
        JOIN parents AS p ON p.child = child.seq
        LIMIT ?
      ),
      family (id) AS (
        SELECT id FROM line
        UNION
        SELECT child.id FROM family
        JOIN parents AS p ON p.parent = family.id
        JOIN generations AS child ON child.seq = p.child
        LIMIT ?
      )
      SELECT family.id AS known_as, ${GENERATION_COLUMNS}
      FROM family LEFT JOIN generations AS g ON g.id = family.id`,
    // One more than asked for, so that the caller knows whether there are more.
    values: [id, limit + 1, limit + 1],
  };
}

/** What a filter leaves. */
export function narrowing({ query: text = '', ...filter }: LibraryFilter): Conditional[] {
  const query = parseQuery(text);
  const { trashed = asksForTrash(query) } = filter;
  return [
    ...conditionsOf({ ...filter, trashed }),
    ...filterConditions(query),
    exactWordsCondition(query),
  ].filter((condition) => condition !== false);
}

function quarantineCondition(quarantined: Quarantined): Condition {
  return (
    quarantined.length > 0 && [
      'g.seq NOT IN (SELECT value FROM json_each(?))',
      JSON.stringify(quarantined),
    ]
  );
}

function where(conditions: readonly Condition[]): Query {
  const active = conditions.filter((condition) => condition !== false);
  return {
    sql: active.map(([sql]) => sql).join(' AND '),
    values: active.flatMap(([, ...values]) => values),
  };
}

/** How often each prompt was drawn, the latest first. */
export function promptGroupsQuery(
  filter: LibraryFilter,
  limit: number,
  quarantined: Quarantined,
): Query {
  const { sql, values } = where([...narrowing(filter), quarantineCondition(quarantined)]);
  return {
    sql: `SELECT g.prompt AS key, count(*) AS count, max(g.id) AS cover FROM generations AS g WHERE ${sql}
      GROUP BY g.prompt ORDER BY cover DESC LIMIT ?`,
    values: [...values, limit],
  };
}

/** The ids of some rows, in the order of their numbers as these are given. */
export function idsQuery(seqs: readonly number[]): Query {
  return {
    sql: `SELECT g.id FROM json_each(?) AS wanted CROSS JOIN generations AS g ON g.seq = wanted.value
      ORDER BY wanted.key`,
    values: [JSON.stringify(seqs)],
  };
}
