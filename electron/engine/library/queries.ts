import type { PackRef } from '../../contract/generation.ts';
import type { LibraryFilter, ListQuery } from '../../contract/library.ts';
import type { SqlValue } from './connection.ts';
import { firstIdAt } from './ids.ts';
import { GENERATION_COLUMNS, toBlob } from './records.ts';

/** A statement with the values for its question marks. */
export interface Query {
  readonly sql: string;
  readonly values: SqlValue[];
}

/** One row more than asked for, so that the caller knows whether there is a next page. */
export function listQuery({ limit, before, ...filter }: ListQuery): Query {
  const conditions = [...filterConditions(filter), given(before, (id) => ['g.id < ?', id])];
  const { sql, values } = where(conditions);
  return {
    sql: `SELECT ${GENERATION_COLUMNS} FROM generations AS g WHERE ${sql} ORDER BY g.id DESC LIMIT ?`,
    values: [...values, limit + 1],
  };
}

export function countQuery(filter: LibraryFilter): Query {
  const { sql, values } = where(filterConditions(filter));
  return { sql: `SELECT count(*) AS count FROM generations AS g WHERE ${sql}`, values };
}

/** The `limit` portraits of a pack nearest to an embedding, with their cosine distance, nearest first. */
export function searchQuery(embedding: Float32Array, pack: PackRef, limit: number): Query {
  return {
    sql: `SELECT ${GENERATION_COLUMNS}, hit.distance
      FROM (
        SELECT seq, distance FROM embedding_index
        WHERE vector MATCH ? AND pack = ? || '@' || ? AND k = ?
      ) AS hit
      JOIN generations AS g USING (seq)
      ORDER BY hit.distance, g.id`,
    values: [toBlob(embedding), pack.id, pack.version, BigInt(limit)],
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

/** A condition with its values; false where the filter does not narrow. */
type Condition = readonly [sql: string, ...values: SqlValue[]] | false;

function filterConditions(filter: LibraryFilter): Condition[] {
  return [
    // Spelled as the partial indexes spell them, which is how SQLite knows that they apply.
    [filter.trashed ? 'g.trashed_at IS NOT NULL' : 'g.trashed_at IS NULL'],
    filter.starred === true && ['g.starred = 1'],
    given(filter.pack, ({ id, version }) => ['g.pack_id = ? AND g.pack_version = ?', id, version]),
    given(filter.from, (time) => ['g.id >= ?', firstIdAt(time)]),
    given(filter.until, (time) => ['g.id < ?', firstIdAt(time)]),
  ];
}

function given<T>(value: T | undefined, condition: (value: T) => Condition): Condition {
  return value !== undefined && condition(value);
}

function where(conditions: readonly Condition[]): Query {
  const active = conditions.filter((condition) => condition !== false);
  return {
    sql: active.map(([sql]) => sql).join(' AND '),
    values: active.flatMap(([, ...values]) => values),
  };
}
