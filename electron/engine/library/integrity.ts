import { z } from 'zod';
import type { Connection } from './connection.ts';
import type { Quarantine } from './quarantine.ts';
import { faultOfVectors } from './vectors.ts';

/** Portraits whose numbers are in memory at once. */
const BATCH = 200;

const checkSchema = z.object({ quick_check: z.string() });
const vectorsSchema = z.looseObject({ seq: z.number(), id: z.coerce.string() });
const strayTable = z.object({ table: z.string(), parent: z.string() });

/** Reads a whole database and says what is wrong with it: nothing, of a healthy one. Slow. */
export function examine(connection: Connection, quarantine: Quarantine): string[] {
  return [
    ...connection
      .all('PRAGMA quick_check')
      .map((row) => checkSchema.parse(row).quick_check)
      .filter((finding) => finding !== 'ok'),
    ...quarantine
      .everyOne()
      .map(({ id, fault }) => `The row of portrait ${id} cannot be read: ${fault}.`),
    ...faultyVectors(connection),
    ...strayRows(connection),
  ];
}

function faultyVectors(connection: Connection): string[] {
  const findings: string[] = [];
  let seenUpTo = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = connection.all(
      `SELECT seq, id, source, z, condition, w, vector
       FROM (SELECT seq, id, source FROM generations WHERE seq > ? ORDER BY seq LIMIT ${BATCH})
       LEFT JOIN latents USING (seq) LEFT JOIN embeddings USING (seq) ORDER BY seq`,
      seenUpTo,
    );
    for (const row of rows) {
      const { seq, id } = vectorsSchema.parse(row);
      const fault = faultOfVectors(row);
      if (fault !== null) findings.push(`The numbers of portrait ${id} cannot be used: ${fault}.`);
      seenUpTo = seq;
    }
    if (rows.length === 0) return findings;
  }
}

/** Rows of a portrait that has no row of its own. */
function strayRows(connection: Connection): string[] {
  const tables = connection
    .all('SELECT DISTINCT "table", parent FROM pragma_foreign_key_check')
    .map((row) => strayTable.parse(row).table);
  return tables.map((table) => `The table ${table} has rows of portraits that are not there.`);
}
