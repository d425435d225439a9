import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { PortraitStory } from '../../contract/export.ts';
import { type Generation, generationSchema } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import type { Connection } from './connection.ts';
import { timeOfId } from './ids.ts';

/** The columns of `generations AS g` that {@link toGeneration} reads. */
export const GENERATION_COLUMNS = `
  g.id, g.prompt, g.seed, g.settings, g.pack_id, g.pack_version, g.device, g.timings,
  g.clip_score, g.log_likelihood, g.width, g.height, g.source, g.starred, g.trashed_at,
  (SELECT json_group_array(parent ORDER BY position) FROM parents WHERE child = g.seq) AS parents`;

const jsonSchema = z.string().transform((text): unknown => JSON.parse(text));

const rowSchema = z
  .object({
    id: z.string(),
    prompt: z.string(),
    seed: z.number().nullable(),
    settings: jsonSchema,
    pack_id: z.string(),
    pack_version: z.string(),
    device: z.string(),
    timings: jsonSchema,
    clip_score: z.number().nullable(),
    log_likelihood: z.number().nullable(),
    width: z.number(),
    height: z.number(),
    source: jsonSchema,
    starred: z.number(),
    trashed_at: z.number().nullable(),
    parents: jsonSchema,
  })
  .transform((row) => ({
    id: row.id,
    createdAt: timeOfId(row.id),
    prompt: row.prompt,
    seed: row.seed,
    settings: row.settings,
    pack: { id: row.pack_id, version: row.pack_version },
    device: row.device,
    timings: row.timings,
    clipScore: row.clip_score,
    logLikelihood: row.log_likelihood,
    width: row.width,
    height: row.height,
    parents: row.parents,
    source: row.source,
    starred: row.starred === 1,
    trashedAt: row.trashed_at,
  }))
  .pipe(generationSchema);

/** @throws StudioError `library-corrupt` when the row is not what this build writes */
export function toGeneration(row: unknown): Generation {
  return trusted(() => rowSchema.parse(row));
}

const blobSchema = z.instanceof(Buffer).transform(toFloats);

const latentsRowSchema = z.object({
  z: blobSchema.nullable(),
  condition: blobSchema.nullable(),
  w: blobSchema,
});

/** @throws StudioError `library-corrupt` */
export function toLatents(row: unknown): Latents {
  return trusted(() => latentsRowSchema.parse(row));
}

const embeddingRowSchema = z.object({ vector: blobSchema });

/** @throws StudioError `library-corrupt` */
export function toEmbedding(row: unknown): Float32Array {
  return trusted(() => embeddingRowSchema.parse(row).vector);
}

/** The bytes of a vector as SQLite stores it: float32, little-endian. */
export function toBlob(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

function toFloats(blob: Buffer): Float32Array<ArrayBuffer> {
  // Copied, since a Buffer may start where a Float32Array cannot.
  return new Float32Array(new Uint8Array(blob).buffer);
}

/** Writes every row of a new portrait. Belongs inside a transaction. */
export function insertPortrait(connection: Connection, story: PortraitStory): void {
  const { generation, latents, embedding } = story;
  const seq = insertGeneration(connection, generation);
  for (const [position, parent] of generation.parents.entries()) {
    connection.run('INSERT INTO parents VALUES (?, ?, ?)', seq, position, parent);
  }
  connection.run(
    'INSERT INTO latents VALUES (?, ?, ?, ?)',
    seq,
    latents.z && toBlob(latents.z),
    latents.condition && toBlob(latents.condition),
    toBlob(latents.w),
  );
  connection.run('INSERT INTO embeddings VALUES (?, ?)', seq, toBlob(embedding));
  addToIndex(connection, generation.id);
  rememberPrompt(connection, generation.prompt, generation.createdAt);
}

/** Makes a portrait findable by meaning. Belongs inside a transaction. */
export function addToIndex(connection: Connection, id: string): void {
  connection.run(
    `INSERT INTO embedding_index (seq, pack, vector)
     SELECT seq, pack_id || '@' || pack_version, vector
     FROM generations JOIN embeddings USING (seq) WHERE id = ?`,
    id,
  );
}

/** Belongs inside a transaction. */
export function removeFromIndex(connection: Connection, id: string): void {
  connection.run(
    'DELETE FROM embedding_index WHERE seq = (SELECT seq FROM generations WHERE id = ?)',
    id,
  );
}

function insertGeneration(connection: Connection, generation: PortraitStory['generation']): bigint {
  const { row } = connection.run(
    `INSERT INTO generations (
       id, prompt, seed, settings, pack_id, pack_version, device, timings,
       clip_score, log_likelihood, width, height, source
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    generation.id,
    generation.prompt,
    generation.seed,
    JSON.stringify(generation.settings),
    generation.pack.id,
    generation.pack.version,
    generation.device,
    JSON.stringify(generation.timings),
    generation.clipScore,
    generation.logLikelihood,
    generation.width,
    generation.height,
    JSON.stringify(generation.source),
  );
  return row;
}

function rememberPrompt(connection: Connection, prompt: string, usedAt: number): void {
  if (prompt === '') return;
  connection.run(
    `INSERT INTO prompts VALUES (?, ?)
     ON CONFLICT (text) DO UPDATE SET used_at = max(used_at, excluded.used_at)`,
    prompt,
    usedAt,
  );
}

function trusted<T>(parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    throw new StudioError(
      'library-corrupt',
      'A row of the library is not as the studio wrote it. Nothing was changed; the picture itself ' +
        'is still in the library folder.',
      { cause: thrown },
    );
  }
}
