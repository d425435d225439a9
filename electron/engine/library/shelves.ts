/**
 * Folders of one month in which pictures, thumbnails and rows agreed when they were last looked through. As long as
 * nothing has come into them or gone, as their time of change tells, and no row has, as triggers tell, they need
 * not be looked through again.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { generationIdSchema } from '../../contract/generation.ts';
import { Breather } from '../jobs/breather.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { firstIdAt, timeOfId } from './ids.ts';

/** Within this time something may change without another time of change, on coarse disks. */
const TOO_FRESH_MS = 3_000;

const rowsSchema = z.array(
  z.object({ first_id: z.string(), next_id: z.string(), state: z.string() }),
);

const firstSchema = z.object({ id: z.string().nullable() });
const countSchema = z.object({ rows: z.number() });
const idsSchema = z.array(z.object({ id: z.string() }));

/** Ids that are read before other work gets its turn. */
const IDS_AT_ONCE = 10_000;

/** A month. */
export interface Shelf {
  /** The ids of its portraits are from this one on, and before the other. */
  readonly firstId: string;
  readonly nextId: string;
  readonly folders: readonly [pictures: string, thumbnails: string];
  /** When its folders changed; null where they are not both there, or have changed just now. */
  readonly state: string | null;
}

/** The shelf that the portrait of an id stands on, as it is now. */
async function shelfOf(id: string, folder: LibraryFolder): Promise<Shelf> {
  const made = new Date(timeOfId(id));
  const month = (offset: number) =>
    firstIdAt(Date.UTC(made.getUTCFullYear(), made.getUTCMonth() + offset));
  const folders = [path.dirname(folder.picture(id)), path.dirname(folder.thumbnail(id))] as const;
  return { firstId: month(0), nextId: month(1), folders, state: await stateOf(folders) };
}

/** Those that need not be looked through. */
export async function knownShelves(
  connection: Connection,
  folder: LibraryFolder,
): Promise<Shelf[]> {
  const rows = rowsSchema.parse(
    connection.all('SELECT first_id, next_id, state FROM shelves ORDER BY first_id'),
  );
  const shelves = await Promise.all(
    rows.map(async ({ first_id: id, state }) => {
      const shelf = await shelfOf(id, folder);
      return shelf.state === state ? shelf : null;
    }),
  );
  return shelves.filter((shelf) => shelf !== null);
}

/** Those on which portraits stand, but for some: found by a look at the first row of each. */
export async function shelvesBeside(
  connection: Connection,
  folder: LibraryFolder,
  known: readonly Shelf[],
): Promise<Shelf[]> {
  const shelves: Shelf[] = [];
  for (let next = firstRow(connection, '>=', ''); next !== null;) {
    const id = next;
    // A row whose id is none has no picture that could be looked for.
    const isId = generationIdSchema.safeParse(id).success;
    const passed = known.find(({ firstId, nextId }) => id >= firstId && id < nextId);
    const shelf = isId ? (passed ?? (await shelfOf(id, folder))) : null;
    if (shelf && !passed) shelves.push(shelf);
    next = shelf ? firstRow(connection, '>=', shelf.nextId) : firstRow(connection, '>', id);
  }
  return shelves;
}

function firstRow(connection: Connection, beyond: '>' | '>=', id: string): string | null {
  const row = connection.get(`SELECT min(id) AS id FROM generations WHERE id ${beyond} ?`, id);
  return firstSchema.parse(row).id;
}

const ON_SHELF = 'FROM generations WHERE id >= ? AND id < ?';

/** Whether more rows than that stand on shelves. */
export function hasMoreRows(
  connection: Connection,
  shelves: readonly Shelf[],
  most: number,
): boolean {
  let left = most;
  for (const { firstId, nextId } of shelves) {
    const row = connection.get(
      `SELECT count(*) AS rows FROM (SELECT 1 ${ON_SHELF} LIMIT ?)`,
      ...[firstId, nextId, left + 1],
    );
    left -= countSchema.parse(row).rows;
    if (left < 0) return true;
  }
  return false;
}

/** The ids of all rows on a shelf. */
export async function idsOn(connection: Connection, { firstId, nextId }: Shelf): Promise<string[]> {
  const breather = new Breather();
  const ids: string[] = [];
  for (let from = firstId, beyond = '>='; ; beyond = '>') {
    const rows = connection.all(
      `SELECT id FROM generations WHERE id ${beyond} ? AND id < ? ORDER BY id LIMIT ${IDS_AT_ONCE}`,
      ...[from, nextId],
    );
    const last = idsSchema.parse(rows).map(({ id }) => id);
    ids.push(...last);
    if (last.length < IDS_AT_ONCE) return ids;
    from = last.at(-1) ?? nextId;
    await breather.pause();
  }
}

/** Notes a shelf that was looked through, if all agrees on it and nothing has come or gone since; or forgets it. */
export async function noteShelf(
  connection: Connection,
  { firstId, nextId, folders, state }: Shelf,
  isInOrder: boolean,
): Promise<void> {
  connection.run('DELETE FROM shelves WHERE first_id = ?', firstId);
  if (state === null || !isInOrder || (await stateOf(folders)) !== state) return;
  connection.run('INSERT INTO shelves VALUES (?, ?, ?)', firstId, nextId, state);
}

/** Null for folders that are not there, or that have changed just now. */
async function stateOf(folders: readonly string[]): Promise<string | null> {
  const found = await Promise.all(
    folders.map((at) => stat(at, { bigint: true }).catch(() => null)),
  );
  const isFresh = ({ mtimeMs }: { mtimeMs: bigint }) => Date.now() - Number(mtimeMs) < TOO_FRESH_MS;
  if (found.some((one) => one === null || isFresh(one))) return null;
  return found.map((one) => one?.mtimeNs).join(' ');
}
