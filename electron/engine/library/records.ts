import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { PortraitStory } from '../../contract/export.ts';
import { type Generation, generationSchema, UNTOUCHED } from '../../contract/generation.ts';
import { unknownSpaces } from '../../contract/spaces.ts';
import { columnsOf, rowSchema, STORED, type StoredGeneration } from './columns.ts';
import type { Connection } from './connection.ts';
import { timeOfId } from './ids.ts';
import { faultOf, jsonSchema } from './json-column.ts';
import { areSound, isSound, toBlob } from './vectors.ts';

const COLUMNS = columnsOf(STORED);

/** The columns of `generations AS g` that {@link toGeneration} reads. */
export const GENERATION_COLUMNS = `g.seq, ${COLUMNS.map(({ name }) => `g.${name}`).join(', ')},
  (SELECT json_group_array(parent ORDER BY position) FROM parents WHERE child = g.seq) AS parents,
  (SELECT json_group_array(tag ORDER BY rowid) FROM generation_tags WHERE generation = g.seq) AS tags,
  (SELECT json_group_array(board) FROM board_generations WHERE generation = g.seq) AS boards`;

/** A row that is not as the studio writes them: which one, and what is wrong with it. */
export interface FaultyRow {
  readonly seq: number;
  readonly id: string;
  /** Where something else stands than should, and what is wrong with it. */
  readonly fault: string;
}

const storedSchema = rowSchema(STORED);
const { shape } = generationSchema;
const listsSchema = z.object({
  parents: jsonSchema(shape.parents),
  tags: jsonSchema(shape.tags),
  boards: jsonSchema(shape.boards),
});
const nameSchema = z.object({ seq: z.number(), id: z.coerce.string() });

/** A portrait, or what is wrong with its row. */
export function readGeneration(row: unknown): Generation | FaultyRow {
  const [stored, lists] = [storedSchema.safeParse(row), listsSchema.safeParse(row)];
  if (stored.success && lists.success) {
    return { ...stored.data, createdAt: timeOfId(stored.data.id), ...lists.data };
  }
  const error = stored.error ?? lists.error;
  return { ...nameSchema.parse(row), fault: error ? faultOf(error) : '' };
}

/** @throws StudioError `library-corrupt` when the row is not what this build writes */
export function toGeneration(row: unknown): Generation {
  const read = readGeneration(row);
  if (!isFaulty(read)) return read;
  const { id, fault } = read;
  throw new StudioError(
    'library-corrupt',
    `What the library knows of portrait ${id} is damaged, and it was left out of lists and searches. Nothing ` +
      'was changed; the picture itself is still in the library folder.',
    { details: { id, fault } },
  );
}

export function isFaulty(read: Generation | FaultyRow): read is FaultyRow {
  return 'fault' in read;
}

/**
 * Writes every row of a newly drawn portrait. Belongs inside a transaction.
 *
 * @throws StudioError `inference-failed` for vectors with NaN, infinity or nothing but zeros: they come
 *   into a library nowhere else
 */
export function insertPortrait(connection: Connection, story: PortraitStory): void {
  if (story.latents && areSound(story.latents) && isSound(story.embedding, false)) {
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
  const { latents, embedding } = story;
  const { spaces = unknownSpaces(story.generation.pack) } = story.generation;
  const { server } = story.generation;
  const generation = { ...story.generation, ...UNTOUCHED, spaces, server };
  const seq = insertGeneration(connection, generation);
  clearStrays(connection, seq);
  for (const [position, parent] of generation.parents.entries()) {
    connection.run('INSERT INTO parents VALUES (?, ?, ?)', seq, position, parent);
  }
  if (latents && areSound(latents)) {
    connection.run(
      'INSERT INTO latents VALUES (?, ?, ?, ?)',
      seq,
      latents.z && toBlob(latents.z),
      latents.condition && toBlob(latents.condition),
      toBlob(latents.w),
    );
  }
  if (isSound(embedding, false)) {
    insertEmbedding(connection, seq, spaces.embedding, embedding);
  }
  rememberPrompt(connection, generation.prompt, generation.createdAt);
}

/**
 * Writes what another CLIP than that of its pack sees in the picture of a portrait. Belongs inside a
 * transaction.
 *
 * @returns whether there is such a portrait, without an embedding of that space
 */
export function addEmbedding(
  connection: Connection,
  id: string,
  space: string,
  embedding: Float32Array,
): boolean {
  const row = connection.get(
    `SELECT seq FROM generations AS g
     WHERE id = ? AND NOT EXISTS
       (SELECT 1 FROM embeddings AS e WHERE e.seq = g.seq AND space = ?)`,
    id,
    space,
  );
  if (row === undefined) return false;
  insertEmbedding(connection, BigInt(placeSchema.parse(row).seq), space, embedding);
  return true;
}

const placeSchema = z.object({ seq: z.int() });

/** What a row that somebody removed by hand has left in other tables would be in the way. */
function clearStrays(connection: Connection, seq: bigint): void {
  connection.run('DELETE FROM parents WHERE child = ?', seq);
  for (const table of ['latents', 'embeddings']) {
    connection.run(`DELETE FROM ${table} WHERE seq = ?`, seq);
  }
  for (const table of ['generation_tags', 'board_generations']) {
    connection.run(`DELETE FROM ${table} WHERE generation = ?`, seq);
  }
}

const INSERTION = `INSERT INTO generations (${COLUMNS.map(({ name }) => name).join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})`;

function insertGeneration(connection: Connection, generation: StoredGeneration): bigint {
  return connection.run(INSERTION, ...COLUMNS.map(({ write }) => write(generation))).row;
}

function insertEmbedding(
  connection: Connection,
  seq: bigint,
  space: string,
  embedding: Float32Array,
): void {
  connection.run(
    'INSERT INTO embeddings (seq, space, vector) VALUES (?, ?, ?)',
    ...[seq, space, toBlob(embedding)],
  );
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

/** Whether there is a row of this id, readable or not. */
export function hasRow(connection: Connection, id: string): boolean {
  return connection.get('SELECT 1 FROM generations WHERE id = ?', id) !== undefined;
}
