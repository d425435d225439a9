/** Whether a library holds a picture already, under whatever id. */
import { z } from 'zod';
import type { Recipe } from '../../contract/export.ts';
import type { Generation } from '../../contract/generation.ts';
import type { Connection, SqlValue } from './connection.ts';
import { toBlob } from './vectors.ts';

const idSchema = z.object({ id: z.string() });

/** Spelled as the partial indexes spell it (`migrations/0008-brought-in.ts`). */
const BY = {
  file: `SELECT id FROM generations WHERE source ->> '$.kind' = 'import' AND source ->> '$.file' = ?`,
  pixels: `SELECT id FROM generations WHERE source ->> '$.kind' = 'import' AND source ->> '$.pixels' = ?`,
} as const;

/** The first condition is what the index knows. */
const BY_NUMBERS = `SELECT id FROM generations JOIN latents USING (seq)
  WHERE prompt = ? COLLATE NOCASE AND prompt = ? AND seed IS ? AND pack_id = ? AND pack_version = ?
    AND settings ->> '$.noiseSeed' IS ? AND w = ? AND z IS ? AND condition IS ?`;

/** The picture that was brought in with this file or these pixels, by their SHA-256; null where there is none. */
export function broughtInBefore(
  connection: Connection,
  by: keyof typeof BY,
  hash: string,
): string | null {
  return idOf(connection, BY[by], hash);
}

/**
 * A portrait that is made of the same numbers by the same pack, and so has the same pixels; or of a picture that
 * was brought in the one with the same pixels.
 */
export function doubleOf(
  connection: Connection,
  { generation, latents }: Pick<Recipe, 'generation' | 'latents'>,
): string | null {
  const { source, prompt, seed, pack, settings } = generation;
  if (source.kind === 'import') return broughtInBefore(connection, 'pixels', source.pixels);
  if (!latents) return null;
  const { w, z: noise, condition } = latents;
  return idOf(
    connection,
    BY_NUMBERS,
    ...[prompt, prompt, seed, pack.id, pack.version, settings.noiseSeed ?? null],
    ...[toBlob(w), noise && toBlob(noise), condition && toBlob(condition)],
  );
}

/** The newest first; spelled as the index of prompts knows it. */
const BY_RECIPE = `SELECT id FROM generations
  WHERE prompt = ? COLLATE NOCASE AND prompt = ? AND seed IS ? AND pack_id = ? AND pack_version = ?
    AND source ->> '$.kind' = ? AND source ->> '$.position' IS ? AND trashed_at IS NULL ORDER BY seq DESC`;

/** Portraits outside the trash that may have been made as it is said, and whose source is of that kind. */
export function madeLike(
  connection: Connection,
  { prompt, seed, pack, source }: Pick<Generation, 'prompt' | 'seed' | 'pack' | 'source'>,
): string[] {
  const position = 'position' in source ? source.position : null;
  const rows = connection.all(
    BY_RECIPE,
    ...[prompt, prompt, seed, pack.id, pack.version, source.kind, position],
  );
  return z
    .array(idSchema)
    .parse(rows)
    .map(({ id }) => id);
}

function idOf(connection: Connection, sql: string, ...values: SqlValue[]): string | null {
  const row = connection.get(`${sql} LIMIT 1`, ...values);
  return row === undefined ? null : idSchema.parse(row).id;
}
