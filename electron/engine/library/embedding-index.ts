/**
 * What searching reads: of each width of embeddings a table of sqlite-vec's, `embedding_index_<width>`,
 * divided by embedding space. The table `embeddings` is the truth; these hold what of it can be searched by,
 * of portraits outside the trash, and are made when they are first needed and again when they are damaged.
 */
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { Connection } from './connection.ts';
import { toBlob } from './vectors.ts';

/** How the tables begin, and what the only one of earlier versions was called. */
const INDEX = 'embedding_index';
const OF_A_WIDTH = new RegExp(`^${INDEX}_(\\d+)$`);

/**
 * SQL: whether `vector` can be searched by. The cosine of NaN, infinity or zeros with themselves is no
 * number, which SQLite takes for NULL.
 */
const SOUND_VECTOR = `CASE WHEN length(vector) > 0 AND length(vector) % 4 = 0
  THEN vec_distance_cosine(vector, vector) IS NOT NULL ELSE FALSE END`;

/** SQL: whether portraits of `generations AS g` belong into the index. */
export const INDEXED = 'g.trashed_at IS NULL';

/** SQL: the embeddings that do. */
const WANTED = `FROM embeddings AS e JOIN generations AS g USING (seq)
  WHERE ${INDEXED} AND ${SOUND_VECTOR}`;

const itemsSchema = z.array(z.object({ name: z.string(), sql: z.string() }));
const placesSchema = z.array(z.object({ number: z.int(), space: z.string() }));
const countsSchema = z.object({ embeddings: z.int(), places: z.int() });
const placesByWidthSchema = z.array(
  z.object({ number: z.int(), space: z.string(), width: z.int() }),
);

export function indexOf(width: number): string {
  return `${INDEX}_${width}`;
}

/** Whether a table is an index of embeddings, or one in which such a one keeps its content. */
export function isIndexTable(name: string): boolean {
  return name.startsWith(INDEX);
}

/** Makes a portrait findable by meaning, as far as its embeddings can be searched by. Inside a transaction. */
export function addToIndex(connection: Connection, id: string): void {
  const rows = connection.all(
    `SELECT e.number, e.space, length(vector) / 4 AS width ${WANTED} AND g.id = ?`,
    id,
  );
  insert(connection, placesByWidthSchema.parse(rows));
}

/** Inside a transaction. */
export function removeFromIndex(connection: Connection, id: string): void {
  const rows = connection.all(
    'SELECT number, space FROM embeddings JOIN generations USING (seq) WHERE id = ?',
    id,
  );
  for (const { name, width } of indexesIn(connection)) {
    if (width === null) continue;
    for (const { number } of placesSchema.parse(rows)) remove(connection, name, number);
  }
}

/**
 * Makes the index hold the embeddings that can be searched by, each in its own space, and no others: one
 * vector of NaN in it keeps others from being found.
 */
export function mendIndex(connection: Connection): void {
  const wanted = wantedPlaces(connection);
  const stale = indexesIn(connection).filter(({ width }) => width === null);
  const [missing, surplus, broken] = compare(connection, wanted);
  if (stale.length + missing.length + surplus.length + broken.length === 0) return;
  connection.write(() => {
    for (const { name, sql } of [...stale, ...broken]) drop(connection, name, sql);
    for (const { name, number } of surplus) remove(connection, name, number);
    // Looked at once more: another process may have put it in, or into the trash, since.
    const [still] = compare(connection, wantedPlaces(connection));
    insert(connection, still);
  });
}

interface Place {
  readonly number: number;
  readonly space: string;
  readonly width: number;
}

interface Index {
  readonly name: string;
  readonly sql: string;
  /** Null for that of an earlier version. */
  readonly width: number | null;
}

function wantedPlaces(connection: Connection): Place[] {
  return placesByWidthSchema.parse(
    connection.all(`SELECT e.number, e.space, length(vector) / 4 AS width ${WANTED}`),
  );
}

/** What the indexes lack, what they should not hold, and which of them cannot be used. */
function compare(
  connection: Connection,
  wanted: readonly Place[],
): [missing: Place[], surplus: { name: string; number: number }[], broken: Index[]] {
  const missing: Place[][] = [];
  const surplus: { name: string; number: number }[] = [];
  const broken: Index[] = [];
  const indexes = indexesIn(connection);
  const widths = new Set([...wanted, ...indexes].map(({ width }) => width));
  for (const width of widths) {
    if (width === null) continue;
    const name = indexOf(width);
    const index = indexes.find((one) => one.name === name);
    const have = index ? contentOf(connection, name, width) : new Map<number, string>();
    if (index && have === null) broken.push(index);
    const here = wanted.filter((place) => place.width === width);
    missing.push(here.filter(({ number, space }) => have?.get(number) !== space));
    const spaces = new Map(here.map(({ number, space }) => [number, space]));
    for (const [number, space] of have ?? []) {
      if (spaces.get(number) !== space) surplus.push({ name, number });
    }
  }
  return [missing.flat(), surplus, [...broken, ...halves(connection, indexes)]];
}

/** Indexes whose own entry is gone, while the tables in which they kept their content are there. */
function halves(connection: Connection, indexes: readonly Index[]): Index[] {
  const whole = new Set(indexes.map(({ name }) => name));
  const widths = itemsIn(connection).flatMap(({ name }) => {
    const [, width] = /^embedding_index_(\d+)_/.exec(name) ?? [];
    return width === undefined || whole.has(indexOf(Number(width))) ? [] : Number(width);
  });
  return [...new Set(widths)].map((width) => ({
    ...{ name: indexOf(width), sql: creation(width), width },
  }));
}

/** The embeddings that are in an index, with their spaces; null where it cannot be read, or not be searched. */
function contentOf(
  connection: Connection,
  name: string,
  width: number,
): Map<number, string> | null {
  try {
    const places = placesSchema.parse(connection.all(`SELECT number, space FROM ${name}`));
    const probe = toBlob(new Float32Array(width).fill(1));
    const nearest = connection.get(
      `SELECT number FROM ${name} WHERE vector MATCH ? AND k = 1`,
      probe,
    );
    const isWhole = places.length > 0 === (nearest !== undefined) && leadsToAll(connection, name);
    if (!isWhole) return null;
    return new Map(places.map(({ number, space }) => [number, space]));
  } catch (thrown) {
    if (thrown instanceof StudioError && thrown.code === 'library-corrupt') return null;
    throw thrown;
  }
}

/** Whether each embedding of an index is where that says: else it could not be taken out. */
function leadsToAll(connection: Connection, name: string): boolean {
  const row = connection.get(
    `SELECT count(*) AS embeddings, count(DISTINCT c.chunk_id * c.size + r.chunk_offset) AS places
     FROM ${name}_rowids AS r LEFT JOIN ${name}_chunks AS c
       ON c.chunk_id = r.chunk_id AND typeof(r.chunk_offset) = 'integer'
         AND r.chunk_offset BETWEEN 0 AND c.size - 1`,
  );
  const { embeddings, places } = countsSchema.parse(row);
  return embeddings === places;
}

function insert(connection: Connection, places: readonly Place[]): void {
  const known = new Set(indexesIn(connection).map(({ name }) => name));
  for (const { number, width } of places) {
    const name = indexOf(width);
    if (known.size !== known.add(name).size) connection.script(creation(width));
    connection.run(
      `INSERT INTO ${name} (number, space, vector)
       SELECT number, space, vector FROM embeddings WHERE number = ?`,
      BigInt(number),
    );
  }
}

function remove(connection: Connection, name: string, number: number): void {
  connection.run(`DELETE FROM ${name} WHERE number = ?`, BigInt(number));
}

/** A virtual table keeps its content in tables of its own, which it must find to let itself be dropped. */
function drop(connection: Connection, name: string, sql: string): void {
  const found = new Set(itemsIn(connection).map((item) => item.name));
  const shadows = shadowsOf(sql).filter((item) => item.name !== name);
  connection.withInternalTables(() => {
    if (found.has(name)) {
      for (const shadow of shadows) if (!found.has(shadow.name)) connection.script(shadow.sql);
      connection.script(`DROP TABLE ${name}`);
    } else {
      for (const shadow of shadows) connection.script(`DROP TABLE IF EXISTS ${shadow.name}`);
    }
  });
}

function creation(width: number): string {
  return `CREATE VIRTUAL TABLE ${indexOf(width)} USING vec0(
    number INTEGER PRIMARY KEY,
    space TEXT PARTITION KEY,
    vector FLOAT[${width}] DISTANCE_METRIC=cosine,
    chunk_size=256
  )`;
}

/** What a statement that makes a virtual table makes beside it. */
function shadowsOf(sql: string): { name: string; sql: string }[] {
  const database = new Database(':memory:');
  try {
    sqliteVec.load(database);
    database.exec(sql);
    return itemsIn({ all: (query, ...values) => database.prepare(query).all(...values) });
  } finally {
    database.close();
  }
}

function itemsIn(connection: Pick<Connection, 'all'>): { name: string; sql: string }[] {
  const rows = connection.all(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL
     AND name LIKE '${INDEX}%'`,
  );
  return itemsSchema.parse(rows);
}

/** The virtual tables themselves. */
function indexesIn(connection: Connection): Index[] {
  return itemsIn(connection).flatMap(({ name, sql }): Index[] => {
    if (name === INDEX) return [{ name, sql, width: null }];
    const [, width] = OF_A_WIDTH.exec(name) ?? [];
    return width === undefined ? [] : [{ name, sql, width: Number(width) }];
  });
}
