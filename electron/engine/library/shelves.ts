/**
 * Folders of one month in which pictures, thumbnails and rows agreed when they were last looked through. As long as
 * nothing has come into them or gone, as their time of change tells, and no row has, as triggers tell, they need
 * not be looked through again.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Connection, SqlValue } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { firstIdAt, timeOfId } from './ids.ts';

/** Within this time something may change without another time of change, on coarse disks. */
const TOO_FRESH_MS = 3_000;

const rowsSchema = z.array(
  z.object({ first_id: z.string(), next_id: z.string(), state: z.string() }),
);

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

/** Ids that begin alike were made within five hours (RFC 9562, §5.7). */
const SAME_HOURS = 6;

/** Those on which portraits stand. */
export async function shelvesOf(ids: readonly string[], folder: LibraryFolder): Promise<Shelf[]> {
  const hours = new Map(ids.map((id) => [id.slice(0, SAME_HOURS), id]));
  const months = new Map([...hours.values()].map((id) => [path.dirname(folder.picture(id)), id]));
  return Promise.all([...months.values()].map((id) => shelfOf(id, folder)));
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

/**
 * Notes shelves that were looked through, if all agrees in them and nothing has come or gone since `seen`; and
 * forgets the others.
 */
export async function noteShelves(
  connection: Connection,
  seen: readonly Shelf[],
  isInOrder: boolean,
): Promise<void> {
  for (const { firstId, nextId, folders, state } of seen) {
    connection.run('DELETE FROM shelves WHERE first_id = ?', firstId);
    if (state === null || !isInOrder || (await stateOf(folders)) !== state) continue;
    connection.run('INSERT INTO shelves VALUES (?, ?, ?)', firstId, nextId, state);
  }
}

/** The ids of all rows that do not stand on these shelves. */
export function idsBeside(connection: Connection, shelves: readonly Shelf[]): unknown[] {
  const bounds = [null, ...shelves.flatMap(({ firstId, nextId }) => [firstId, nextId]), null];
  return Array.from({ length: bounds.length / 2 }, (_, gap) => {
    const [from, until] = [bounds[2 * gap] ?? null, bounds[2 * gap + 1] ?? null];
    const conditions: string[] = [];
    const values: SqlValue[] = [];
    if (from !== null) conditions.push('id >= ?');
    if (until !== null) conditions.push('id < ?');
    for (const bound of [from, until]) if (bound !== null) values.push(bound);
    return connection.all(
      `SELECT id FROM generations WHERE ${['TRUE', ...conditions].join(' AND ')}`,
      ...values,
    );
  }).flat();
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
