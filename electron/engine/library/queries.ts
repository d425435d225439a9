import type { LibraryFilter, ListQuery, SortKey } from '../../contract/library.ts';
import { type Condition, conditionsOf } from './columns.ts';
import type { SqlValue } from './connection.ts';
import { indexOf } from './embedding-index.ts';
import { GENERATION_COLUMNS } from './records.ts';
import { toBlob } from './vectors.ts';

/** A statement with the values for its question marks. */
export interface Query {
  readonly sql: string;
  readonly values: SqlValue[];
}

/** Numbers (`seq`) of rows that cannot be read and are passed over. */
export type Quarantined = readonly number[];

/** Where sqlite-vec itself ends. */
const MOST_NEAREST = 4_096;

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
    ...filterConditions(isBoard ? { ...filter, board: undefined } : filter, quarantined),
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

export function countQuery(filter: LibraryFilter, quarantined: Quarantined = []): Query {
  const { sql, values } = where(filterConditions(filter, quarantined));
  return { sql: `SELECT count(*) AS count FROM generations AS g WHERE ${sql}`, values };
}

/** How many portraits outside the trash each pack has drawn. */
export function packsQuery(quarantined: Quarantined = []): Query {
  const { sql, values } = where(filterConditions({}, quarantined));
  return {
    sql: `SELECT pack_id, pack_version, count(*) AS portraits FROM generations AS g
      WHERE ${sql} GROUP BY pack_id, pack_version`,
    values,
  };
}

/**
 * The `limit` portraits nearest to an embedding of a space, with their cosine distance, nearest first. Of
 * embeddings of that width there must be an index.
 */
export function searchQuery(
  embedding: Float32Array,
  space: string,
  limit: number,
  quarantined: Quarantined = [],
): Query {
  const { sql, values } = where([['TRUE'], quarantineCondition(quarantined)]);
  // Those set aside take places among the nearest.
  const nearest = Math.min(limit + quarantined.length, MOST_NEAREST);
  return {
    sql: `SELECT ${GENERATION_COLUMNS}, hit.distance
      FROM (
        SELECT number, distance FROM ${indexOf(embedding.length)}
        WHERE vector MATCH ? AND space = ? AND k = ?
      ) AS hit
      JOIN embeddings USING (number)
      JOIN generations AS g USING (seq)
      WHERE ${sql}
      ORDER BY hit.distance, g.id LIMIT ?`,
    values: [toBlob(embedding), space, BigInt(nearest), ...values, limit],
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

function filterConditions(filter: LibraryFilter, quarantined: Quarantined): Condition[] {
  return [...conditionsOf(filter), quarantineCondition(quarantined)];
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
  const { sql, values } = where(filterConditions(filter, quarantined));
  return {
    sql: `SELECT g.prompt AS key, count(*) AS count, max(g.id) AS cover FROM generations AS g WHERE ${sql}
      GROUP BY g.prompt ORDER BY cover DESC LIMIT ?`,
    values: [...values, limit],
  };
}

/** The ids of portraits, newest first. */
export function idsQuery(filter: LibraryFilter, quarantined: Quarantined): Query {
  const { sql, values } = where(filterConditions(filter, quarantined));
  return { sql: `SELECT g.id FROM generations AS g WHERE ${sql} ORDER BY g.id DESC`, values };
}
