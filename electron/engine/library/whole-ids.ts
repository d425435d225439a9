/** Portraits named by how their ids begin. */
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { generationIdSchema } from '../../contract/identity.ts';
import { isFilter, type Query } from '../../contract/query.ts';
import type { Connection } from './connection.ts';

/** Portraits that are named where several begin alike. */
const NAMED = 3;

const idsSchema = z.array(z.object({ id: z.string() }));

/** The one id that begins so, also in the trash; null for none. @throws StudioError `invalid-argument` where several do */
export function findBeginning(beginning: string, connection: Connection): string | null {
  const rows = connection.all(
    // What comes after the last letter of an id.
    'SELECT id FROM generations WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
    ...[beginning, `${beginning}g`, NAMED + 1],
  );
  const [id, ...others] = idsSchema.parse(rows).map(({ id }) => id);
  if (others.length === 0) return id ?? null;
  const named = [id, ...others].slice(0, NAMED).join(', ');
  throw new StudioError(
    'invalid-argument',
    `Several portraits have an id that begins with ${beginning}: ${named}${others.length >= NAMED ? ' …' : ''}. ` +
      'Nothing was done; give more of it.',
  );
}

/**
 * A query with whole ids where it has their beginnings. One that none begins with stays, and finds nothing.
 *
 * @throws StudioError `invalid-argument` where several begin so
 */
export function withWholeIds(query: Query, connection: Connection): Query {
  return query.map((term) => {
    if (!isFilter(term) || term.name !== 'family') return term;
    const given = term.value.toLowerCase();
    if (generationIdSchema.safeParse(given).success) return term;
    return { ...term, value: findBeginning(given, connection) ?? given };
  });
}
