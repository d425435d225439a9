import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { PortraitStory } from '../../contract/export.ts';
import { type Generation, generationSchema } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import type { Connection } from './connection.ts';
import { timeOfId } from './ids.ts';

/** The columns of `generations AS g` that {@link toGeneration} reads. */
export const GENERATION_COLUMNS = `
  g.seq, g.id, g.prompt, g.seed, g.settings, g.pack_id, g.pack_version, g.device, g.timings,
  g.clip_score, g.log_likelihood, g.width, g.height, g.source, g.starred, g.trashed_at,
  (SELECT json_group_array(parent ORDER BY position) FROM parents WHERE child = g.seq) AS parents`;

/** A row that is not as the studio writes them: which one, and what is wrong with it. */
export interface FaultyRow {
  readonly seq: number;
  readonly id: string;
  /** The column, and what was found there. */
  readonly fault: string;
}

const { shape } = generationSchema;

const rowSchema = z
  .object({
    id: shape.id,
    prompt: shape.prompt,
    seed: shape.seed,
    settings: json(shape.settings),
    pack_id: shape.pack.shape.id,
    pack_version: shape.pack.shape.version,
    device: shape.device,
    timings: json(shape.timings),
    clip_score: shape.clipScore,
    log_likelihood: shape.logLikelihood,
    width: shape.width,
    height: shape.height,
    source: json(shape.source),
    starred: z.int().min(0).max(1),
    trashed_at: shape.trashedAt,
    parents: json(shape.parents),
  })
  .transform((row): Generation => ({
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
  }));

const nameSchema = z.object({ seq: z.number(), id: z.coerce.string() });

/** A portrait, or what is wrong with its row. */
export function readGeneration(row: unknown): Generation | FaultyRow {
  const parsed = rowSchema.safeParse(row);
  return parsed.success ? parsed.data : { ...nameSchema.parse(row), fault: faultOf(parsed.error) };
}

/** @throws StudioError `library-corrupt` when the row is not what this build writes */
export function toGeneration(row: unknown): Generation {
  const read = readGeneration(row);
  if (!isFaulty(read)) return read;
  const { id, fault } = read;
  throw new StudioError(
    'library-corrupt',
    `The library's row of portrait ${id} is not as the studio wrote it (${fault}) and was set aside. ` +
      'Nothing was changed; the picture itself is still in the library folder.',
    { details: { id, fault } },
  );
}

export function isFaulty(read: Generation | FaultyRow): read is FaultyRow {
  return 'fault' in read;
}

/** Texts that are read once: most rows have the settings and the source of others. */
const TEXTS_KNOWN = 1_000;

/** A column that holds JSON of this schema. */
function json<T>(schema: z.ZodType<T>) {
  const known = new Map<string, T>();
  return z.string().transform((text, context): T => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) {
      context.issues.push({ code: 'custom', input: text, message: faultOf(parsed.error) });
      return z.NEVER;
    }
    if (known.size === TEXTS_KNOWN) known.clear();
    known.set(text, parsed.data);
    return parsed.data;
  });
}

/** Undefined, which no schema takes, for a text that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first thing that is wrong, with where it is. */
function faultOf({ issues: [issue] }: z.ZodError): string {
  const { path = [], message = 'cannot be read' } = issue ?? {};
  return [...(path.length > 0 ? [path.join('.')] : []), message].join(': ');
}

/**
 * A vector as SQLite keeps it: numbers that are all finite, and as many as there should be. Zeros only
 * where something can be made of them.
 */
function vectorSchema({ isWhole, mayBeZero }: { isWhole: boolean; mayBeZero: boolean }) {
  return z
    .instanceof(Buffer)
    .refine(({ length }) => length > 0 && length % VECTOR_BYTES === 0, { message: 'is cut off' })
    .refine(({ length }) => !isWhole || length === VECTOR_BYTES, { message: 'has a wrong length' })
    .transform(toFloats)
    .refine((vector) => isSound(vector, mayBeZero), { message: 'holds no usable numbers' });
}

/** How many numbers the vectors of a library have. */
export const STORED_WIDTH = 512;
const VECTOR_BYTES = STORED_WIDTH * Float32Array.BYTES_PER_ELEMENT;

const latentsRowSchema = z.object({
  z: vectorSchema({ isWhole: true, mayBeZero: true }).nullable(),
  condition: vectorSchema({ isWhole: true, mayBeZero: false }).nullable(),
  w: vectorSchema({ isWhole: false, mayBeZero: false }),
});

const embeddingRowSchema = z.object({
  vector: vectorSchema({ isWhole: true, mayBeZero: false }),
});

/** @throws StudioError `library-corrupt` */
export function toLatents(row: unknown, id: string): Latents {
  return usable(latentsRowSchema.safeParse(row), id);
}

/** @throws StudioError `library-corrupt` */
export function toEmbedding(row: unknown, id: string): Float32Array {
  return usable(embeddingRowSchema.safeParse(row), id).vector;
}

/** What is wrong with the numbers of a portrait, null for nothing. The row has the columns of both tables. */
export function faultOfVectors(row: unknown): string | null {
  const parsed = latentsRowSchema.extend(embeddingRowSchema.shape).safeParse(row);
  return parsed.success ? null : faultOf(parsed.error);
}

function usable<T>(parsed: z.ZodSafeParseResult<T>, id: string): T {
  if (parsed.success) return parsed.data;
  const fault = faultOf(parsed.error);
  throw new StudioError(
    'library-corrupt',
    `The numbers that the library keeps of portrait ${id} cannot be used (${fault}). Nothing was ` +
      'changed, and its picture can still be seen and exported; start from another portrait.',
    { details: { id, fault } },
  );
}

/** Whether every number is finite and, unless they may all be zero, one is not. */
function isSound(vector: Float32Array, mayBeZero: boolean): boolean {
  return vector.every(Number.isFinite) && (mayBeZero || vector.some((value) => value !== 0));
}

/** The bytes of a vector as SQLite stores it: float32, little-endian. */
export function toBlob(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

function toFloats(blob: Buffer): Float32Array<ArrayBuffer> {
  // Copied, since a Buffer may start where a Float32Array cannot.
  return new Float32Array(new Uint8Array(blob).buffer);
}

/**
 * Writes every row of a new portrait. Belongs inside a transaction.
 *
 * @throws StudioError `inference-failed` for vectors with NaN, infinity or nothing but zeros: they come
 *   into a library nowhere else
 */
export function insertPortrait(connection: Connection, story: PortraitStory): void {
  if (hasSoundLatents(story) && hasSoundEmbedding(story)) {
    adoptPortrait(connection, story);
    return;
  }
  throw new StudioError(
    'inference-failed',
    'What was computed for this portrait are no usable numbers (NaN, infinity or nothing but zeros), ' +
      'and it was not kept. Nothing else was changed. Try again, or draw with another pack or device.',
  );
}

/**
 * Writes every row of a portrait whose picture is kept already. Numbers that cannot be used, as older
 * builds kept them, are left out: the portrait can be seen, and no search is spoilt by it.
 */
export function adoptPortrait(connection: Connection, story: PortraitStory): void {
  const { generation, latents, embedding } = story;
  const seq = insertGeneration(connection, generation);
  clearStrays(connection, seq);
  for (const [position, parent] of generation.parents.entries()) {
    connection.run('INSERT INTO parents VALUES (?, ?, ?)', seq, position, parent);
  }
  if (hasSoundLatents(story)) {
    connection.run(
      'INSERT INTO latents VALUES (?, ?, ?, ?)',
      seq,
      latents.z && toBlob(latents.z),
      latents.condition && toBlob(latents.condition),
      toBlob(latents.w),
    );
  }
  if (hasSoundEmbedding(story)) {
    connection.run('INSERT INTO embeddings VALUES (?, ?)', seq, toBlob(embedding));
  }
  addToIndex(connection, generation.id);
  rememberPrompt(connection, generation.prompt, generation.createdAt);
}

function hasSoundEmbedding({ embedding }: PortraitStory): boolean {
  return isSound(embedding, false);
}

function hasSoundLatents({ latents: { z: noise, condition, w } }: PortraitStory): boolean {
  // At temperature 0 the noise is nothing but zeros.
  return (
    isSound(w, false) &&
    (noise === null || isSound(noise, true)) &&
    (condition === null || isSound(condition, false))
  );
}

/**
 * SQL: whether `vector` can be searched by. The cosine of NaN, infinity or zeros with themselves is no
 * number, which SQLite takes for NULL.
 */
export const SOUND_VECTOR = `CASE WHEN length(vector) = ${VECTOR_BYTES}
  THEN vec_distance_cosine(vector, vector) IS NOT NULL ELSE FALSE END`;

/** Makes a portrait findable by meaning, if its embedding can be searched by. Belongs inside a transaction. */
export function addToIndex(connection: Connection, id: string): void {
  connection.run(
    `INSERT INTO embedding_index (seq, pack, vector)
     SELECT seq, pack_id || '@' || pack_version, vector
     FROM generations JOIN embeddings USING (seq) WHERE id = ? AND ${SOUND_VECTOR}`,
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

/** What a row that somebody removed by hand has left in other tables would be in the way. */
function clearStrays(connection: Connection, seq: bigint): void {
  connection.run('DELETE FROM parents WHERE child = ?', seq);
  for (const table of ['latents', 'embeddings', 'embedding_index']) {
    connection.run(`DELETE FROM ${table} WHERE seq = ?`, seq);
  }
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

/** Belongs inside a transaction. */
export function rememberPrompt(connection: Connection, prompt: string, usedAt: number): void {
  if (prompt === '') return;
  connection.run(
    `INSERT INTO prompts VALUES (?, ?)
     ON CONFLICT (text) DO UPDATE SET used_at = max(used_at, excluded.used_at)`,
    prompt,
    usedAt,
  );
}
