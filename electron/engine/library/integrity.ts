import { z } from 'zod';
import { Breather } from '../jobs/breather.ts';
import type { Connection } from './connection.ts';
import type { Quarantine } from './quarantine.ts';
import type { SeqReader } from './seq-reader.ts';
import { faultOfVectors } from './vectors.ts';

/** Portraits whose numbers are in memory at once. */
const BATCH = 200;

const checkSchema = z.object({ quick_check: z.string() });
const vectorsSchema = z.looseObject({ seq: z.number(), id: z.coerce.string() });
const strayTable = z.object({ table: z.string(), parent: z.string() });

interface Examined {
  /** One that only reads. */
  readonly connection: Connection;
  readonly quarantine: Quarantine;
  readonly rows: SeqReader;
}

/** Reads a whole database and says what is wrong with it: nothing, of a healthy one. Slow, and in nobody's way. */
export async function examine({ connection, quarantine, rows }: Examined): Promise<string[]> {
  const checked = await rows.rows({ sql: 'PRAGMA quick_check', values: [] });
  const faulty = await quarantine.everyOne();
  return [
    ...checked
      .map((row) => checkSchema.parse(row).quick_check)
      .filter((finding) => finding !== 'ok'),
    ...faulty.map(({ id, fault }) => `The row of portrait ${id} cannot be read: ${fault}.`),
    ...(await faultyVectors(connection)),
    ...(await strayRows(rows)),
  ];
}

async function faultyVectors(connection: Connection): Promise<string[]> {
  const breather = new Breather();
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
    await breather.pause();
  }
}

/** Rows of a portrait that has no row of its own. */
async function strayRows(rows: SeqReader): Promise<string[]> {
  const sql = 'SELECT DISTINCT "table", parent FROM pragma_foreign_key_check';
  const stray = await rows.rows({ sql, values: [] });
  const tables = stray.map((row) => strayTable.parse(row).table);
  return tables.map((table) => `The table ${table} has rows of portraits that are not there.`);
}
