/** What happened to rows since, for whatever is remembered of them and need not be read again as a whole. */
import { z } from 'zod';
import type { Connection } from './connection.ts';

/** Of more changes than this, reading all again is sooner done. */
const MOST = 1_000;

const changesSchema = z.array(
  z.object({ n: z.number(), kind: z.string(), seq: z.number().nullable() }),
);
const boundsSchema = z.object({ first: z.number().nullable(), last: z.number().nullable() });

/** Each by the index: one query for both would go through all rows. */
const BOUNDS = `SELECT (SELECT min(n) FROM changes) AS first, (SELECT max(n) FROM changes) AS last`;

/** The number of what happened last. */
export function lastChange(connection: Connection): number {
  return boundsSchema.parse(connection.get(BOUNDS)).last ?? 0;
}

/** Rows that came or changed, up to a change. */
export interface ChangedRows {
  readonly seqs: readonly number[];
  readonly upTo: number;
}

/** Null where rows went, or more has happened than is told here: then nothing that was known counts any more. */
export function changedRows(connection: Connection, since: number): ChangedRows | null {
  const { first, last } = boundsSchema.parse(connection.get(BOUNDS));
  if ((last ?? 0) === since) return { seqs: [], upTo: since };
  if ((first ?? 0) > since + 1 || (last ?? 0) < since) return null;
  const rows = connection.all(
    `SELECT n, kind, seq FROM changes LEFT JOIN generations USING (id) WHERE n > ? ORDER BY n
     LIMIT ${MOST + 1}`,
    since,
  );
  const changes = changesSchema.parse(rows);
  const isTooMuch = changes.length > MOST || changes.some(({ kind }) => kind === 'removed');
  if (isTooMuch) return null;
  const seqs = new Set(changes.flatMap(({ seq }) => seq ?? []));
  return { seqs: [...seqs], upTo: changes.at(-1)?.n ?? since };
}
