/** How portraits and boards stand in the rows: what the artist did, in one place for all who change it. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Board, boardIdSchema, boardSchema } from '../../contract/arrange.ts';
import { generationSchema, type Standing, UNTOUCHED } from '../../contract/generation.ts';
import { columnsOf, rowSchema, STANDING } from './columns.ts';
import type { Connection, SqlValue } from './connection.ts';
import { jsonSchema } from './json-column.ts';

/** Where a portrait lies on each of its boards; places of a board ascend. */
export type Places = Readonly<Record<string, number>>;

/** A standing that also knows in which order boards are. */
export interface Arranged extends Omit<Standing, 'boards'> {
  readonly places: Places;
}

const { boards: _, ...parts } = UNTOUCHED;
export const UNARRANGED: Arranged = { ...parts, places: {} };

/** What stands in a damaged row is taken for this: all of it is written when it is next changed. */
const UNREADABLE: Arranged = { ...UNARRANGED };

/** On a board at a place, or off it with null. */
export function placed(now: Arranged, board: string, position: number | null): Arranged {
  const { [board]: _, ...others } = now.places;
  return { ...now, places: position === null ? others : { ...others, [board]: position } };
}

const COLUMNS = columnsOf(STANDING);

/** The columns of `generations AS g` that an {@link Arranged} is read from. */
const ARRANGED_COLUMNS = `g.seq, g.id, ${COLUMNS.map(({ name }) => `g.${name}`).join(', ')},
  (SELECT json_group_array(tag ORDER BY rowid) FROM generation_tags WHERE generation = g.seq) AS tags,
  (SELECT json_group_object(board, position) FROM board_generations WHERE generation = g.seq) AS places`;

const ONE = `SELECT ${ARRANGED_COLUMNS} FROM generations AS g WHERE g.id = ?`;
const ALL_TOUCHED = `SELECT ${ARRANGED_COLUMNS} FROM generations AS g
  WHERE ${COLUMNS.map(({ name }) => `g.${name} IS NOT ?`).join(' OR ')}
  OR g.seq IN (SELECT generation FROM generation_tags)
  OR g.seq IN (SELECT generation FROM board_generations)`;

const rowSchemas = [
  rowSchema(STANDING),
  z.object({
    tags: jsonSchema(generationSchema.shape.tags),
    places: jsonSchema(z.record(boardIdSchema, z.number())),
  }),
] as const;
const nameSchema = z.looseObject({ id: z.string() });
const seqSchema = z.object({ seq: z.int() });
const lastSchema = z.object({ last: z.number() });

/** How a portrait stands; null where there is none of that id. What stands in a damaged row may be no standing. */
export function readArranged(connection: Connection, id: string): Arranged | null {
  const row = connection.get(ONE, id);
  return row === undefined ? null : (arrangedOf(row) ?? UNREADABLE);
}

/** All portraits that do not stand as they came. */
export function readAllArranged(connection: Connection): Map<string, Arranged> {
  const untouched = COLUMNS.map(({ write }) => write(UNARRANGED));
  const rows = connection.all(ALL_TOUCHED, ...untouched);
  return new Map(rows.map((row) => [nameSchema.parse(row).id, arrangedOf(row) ?? UNARRANGED]));
}

function arrangedOf(row: unknown): Arranged | null {
  const [columns, lists] = [rowSchemas[0].safeParse(row), rowSchemas[1].safeParse(row)];
  return columns.success && lists.success ? { ...columns.data, ...lists.data } : null;
}

/**
 * Lets a portrait stand so; nothing where there is none of that id. Belongs inside a transaction.
 *
 * @param before how it stands, as `readArranged` says
 */
export function writeArranged(
  connection: Connection,
  id: string,
  before: Arranged,
  after: Arranged,
): void {
  // Not the others: whatever stands in the statement is taken out of every index and put back, changed or not.
  const columns = COLUMNS.filter(
    ({ write }) => before === UNREADABLE || write(before) !== write(after),
  );
  // Also where that is none: by its revision others see that something has changed.
  const changes = [...columns.map(({ name }) => `${name} = ?`), 'revision = revision + 1'];
  const row = connection.get(
    `UPDATE generations SET ${changes.join(', ')} WHERE id = ? RETURNING seq`,
    ...columns.map(({ write }) => write(after)),
    id,
  );
  if (row === undefined) return;
  const { seq } = seqSchema.parse(row);
  if (!isDeepStrictEqual(before.tags, after.tags)) {
    replaceRows(connection, 'generation_tags (tag, generation)', seq, after.tags.map(asRow));
  }
  if (!isDeepStrictEqual(before.places, after.places)) {
    const places = Object.entries(after.places).filter(([board]) => hasBoard(connection, board));
    replaceRows(connection, 'board_generations (board, position, generation)', seq, places);
  }
}

const asRow = (value: string): [string] => [value];

/** @param table with its columns, that of the portrait last */
function replaceRows(
  connection: Connection,
  table: string,
  seq: number,
  rows: readonly SqlValue[][],
): void {
  connection.run(`DELETE FROM ${table.split(' ', 1)[0]} WHERE generation = ?`, seq);
  for (const row of rows) {
    const marks = row.map(() => '?, ').join('');
    connection.run(`INSERT INTO ${table} VALUES (${marks}?)`, ...row, seq);
  }
}

const BOARD_COLUMNS = 'id, name, parent, position, cover, created_at AS createdAt';

export function readBoards(connection: Connection): Map<string, Board> {
  const rows = connection.all(`SELECT ${BOARD_COLUMNS} FROM boards ORDER BY position, id`);
  // A row that somebody damaged is no board.
  const boards = rows.flatMap((row) => boardSchema.safeParse(row).data ?? []);
  return new Map(boards.map((board) => [board.id, board]));
}

/** Belongs inside a transaction. */
export function writeBoard(connection: Connection, board: Board): void {
  const { id, name, parent, position, cover, createdAt } = board;
  connection.run(
    `INSERT INTO boards VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
       name = excluded.name, parent = excluded.parent, position = excluded.position,
       cover = excluded.cover, created_at = excluded.created_at`,
    ...[id, name, parent, position, cover, createdAt],
  );
}

/** With all places on it. Belongs inside a transaction. */
export function removeBoardRow(connection: Connection, id: string): void {
  connection.run('DELETE FROM boards WHERE id = ?', id);
}

/** The place of the last portrait on a board; 0 of an empty one. */
export function lastPlaceOn(connection: Connection, board: string): number {
  const row = connection.get(
    'SELECT ifnull(max(position), 0) AS last FROM board_generations WHERE board = ?',
    board,
  );
  return lastSchema.parse(row).last;
}

function hasBoard(connection: Connection, id: string): boolean {
  return connection.get('SELECT 1 FROM boards WHERE id = ?', id) !== undefined;
}
