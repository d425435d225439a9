import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { timeOfId } from './ids.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { rememberPrompt, SOUND_VECTOR, STORED_WIDTH, toBlob } from './records.ts';

const INDEX = 'embedding_index';

const itemSchema = z.object({
  type: z.enum(['table', 'index', 'trigger', 'view']),
  name: z.string(),
  sql: z.string(),
});
type Item = z.infer<typeof itemSchema>;

const namesSchema = z.array(z.object({ name: z.string() }));
const seqsSchema = z.array(z.object({ seq: z.number() }));
const placesSchema = z.object({ portraits: z.number(), places: z.number() });
const promptsSchema = z.array(z.object({ prompt: z.string(), id: z.string() }));

/** Tables that can be made again from the others, and how. */
const DERIVED: Readonly<Record<string, (connection: Connection) => void>> = {
  prompts: fillPrompts,
  // From its beginning: what the journal says is then done to the rows once more.
  journal_mark: (connection) => connection.run('INSERT INTO journal_mark VALUES (1, 0)'),
};

/**
 * Compares the tables and indexes of a library of this version with those of a new one. What can be made
 * again from the rest is: indexes, the index of embeddings, prompts.
 *
 * @throws StudioError `library-corrupt` where a table or a column is gone that holds what is nowhere else
 */
export function mendSchema(connection: Connection, folder: LibraryFolder): void {
  const { items, columns } = newSchema();
  const found = new Set(itemsOf(connection).map(keyOf));
  const lost = items.filter((item) => !found.has(keyOf(item)));
  const lostTable = lost.find(({ type, name }) => type === 'table' && !isDerived(name));
  if (lostTable) throw incomplete(`its table ${lostTable.name}`, folder);
  for (const [table, wanted] of columns) {
    if (!found.has(keyOf({ type: 'table', name: table }))) continue;
    const present = columnsOf(connection, table);
    const gone = wanted.find((column) => !present.includes(column));
    if (gone !== undefined) throw incomplete(`the column ${gone} of its table ${table}`, folder);
  }
  if (lost.length > 0) connection.write(() => makeAgain(lost, connection));
}

/**
 * Makes the index of embeddings hold the portraits outside the trash that can be searched by, and no
 * others: one vector of NaN in it keeps others from being found.
 */
export function mendIndex(connection: Connection): void {
  const have = indexed(connection);
  const wanted = seqsSchema
    .parse(
      connection.all(
        `SELECT seq FROM generations JOIN embeddings USING (seq)
         WHERE trashed_at IS NULL AND ${SOUND_VECTOR}`,
      ),
    )
    .map(({ seq }) => seq);
  if (have === null) {
    connection.write(() => remakeIndex(connection));
    return;
  }
  const [surplus, missing] = [except(have, wanted), except(wanted, have)];
  if (surplus.length + missing.length === 0) return;
  connection.write(() => {
    for (const seq of surplus) {
      connection.run(`DELETE FROM ${INDEX} WHERE seq = ?`, BigInt(seq));
    }
    // Asked for each once more: another process may have put it in, or into the trash, since.
    fillIndex(connection, `seq IN (SELECT value FROM json_each(?))`, JSON.stringify(missing));
  });
}

/** What is in the index of embeddings; null where that cannot be read, or not be searched. */
function indexed(connection: Connection): number[] | null {
  try {
    const seqs = seqsSchema.parse(connection.all(`SELECT seq FROM ${INDEX}`)).map(({ seq }) => seq);
    const probe = toBlob(new Float32Array(STORED_WIDTH).fill(1));
    const nearest = connection.get(
      `SELECT seq FROM ${INDEX} WHERE vector MATCH ? AND k = 1`,
      probe,
    );
    const isWhole = seqs.length > 0 === (nearest !== undefined) && leadsToAll(connection);
    return isWhole ? seqs : null;
  } catch (thrown) {
    if (thrown instanceof StudioError && thrown.code === 'library-corrupt') return null;
    throw thrown;
  }
}

/** Whether each portrait in the index is where the index says: else it could not be taken out. */
function leadsToAll(connection: Connection): boolean {
  const row = connection.get(
    `SELECT count(*) AS portraits, count(DISTINCT c.chunk_id * c.size + r.chunk_offset) AS places
     FROM ${INDEX}_rowids AS r LEFT JOIN ${INDEX}_chunks AS c
       ON c.chunk_id = r.chunk_id AND typeof(r.chunk_offset) = 'integer'
         AND r.chunk_offset BETWEEN 0 AND c.size - 1`,
  );
  const { portraits, places } = placesSchema.parse(row);
  return portraits === places;
}

function makeAgain(lost: readonly Item[], connection: Connection): void {
  for (const { type, name, sql } of lost) {
    if (type === 'table' && isIndexTable(name)) continue;
    connection.script(sql);
    DERIVED[name]?.(connection);
  }
  if (lost.some(({ type, name }) => type === 'table' && isIndexTable(name))) {
    remakeIndex(connection);
  }
}

/** The virtual table keeps its content in tables of its own, which it must find to let itself be dropped. */
function remakeIndex(connection: Connection): void {
  const tables = newSchema().items.filter(
    ({ type, name }) => type === 'table' && isIndexTable(name),
  );
  const found = new Set(itemsOf(connection).map(({ name }) => name));
  const shadows = tables.filter(({ name }) => name !== INDEX);
  connection.withInternalTables(() => {
    if (found.has(INDEX)) {
      for (const { name, sql } of shadows) if (!found.has(name)) connection.script(sql);
      connection.script(`DROP TABLE ${INDEX}`);
    } else {
      for (const { name } of shadows) connection.script(`DROP TABLE IF EXISTS ${name}`);
    }
  });
  const whole = tables.find(({ name }) => name === INDEX);
  if (whole) connection.script(whole.sql);
  fillIndex(connection, 'TRUE');
}

function fillIndex(connection: Connection, condition: string, ...values: string[]): void {
  connection.run(
    `INSERT INTO ${INDEX} (seq, pack, vector)
     SELECT seq, pack_id || '@' || pack_version, vector
     FROM generations JOIN embeddings USING (seq)
     WHERE trashed_at IS NULL AND ${SOUND_VECTOR} AND ${condition}
       AND seq NOT IN (SELECT seq FROM ${INDEX})`,
    ...values,
  );
}

function fillPrompts(connection: Connection): void {
  const rows = connection.all('SELECT prompt, max(id) AS id FROM generations GROUP BY prompt');
  for (const { prompt, id } of promptsSchema.parse(rows)) {
    const usedAt = timeOfId(id);
    if (Number.isSafeInteger(usedAt)) rememberPrompt(connection, prompt, usedAt);
  }
}

interface Schema {
  readonly items: readonly Item[];
  /** Of the tables that are no virtual ones or parts of them. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

let known: Schema | undefined;

/** The schema of a library as this build makes a new one. */
function newSchema(): Schema {
  known ??= readNewSchema();
  return known;
}

function readNewSchema(): Schema {
  const database = new Database(':memory:');
  try {
    sqliteVec.load(database);
    for (const step of MIGRATIONS) step({ script: (sql) => database.exec(sql) });
    const reading: Reading = { all: (sql, ...values) => database.prepare(sql).all(...values) };
    const items = itemsOf(reading);
    const tables = items.filter(({ type, name }) => type === 'table' && !isIndexTable(name));
    return { items, columns: new Map(tables.map(({ name }) => [name, columnsOf(reading, name)])) };
  } finally {
    database.close();
  }
}

type Reading = Pick<Connection, 'all'>;

/** Tables, indexes and so on that were made by a statement, as all but SQLite's own are. */
function itemsOf(connection: Reading): Item[] {
  return connection
    .all(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
    )
    .map((row) => itemSchema.parse(row));
}

/** A view of a table's name is not that table. */
function keyOf({ type, name }: Pick<Item, 'type' | 'name'>): string {
  return `${type} ${name}`;
}

function columnsOf(connection: Reading, table: string): string[] {
  const rows = connection.all('SELECT name FROM pragma_table_info(?)', table);
  return namesSchema.parse(rows).map(({ name }) => name);
}

function isDerived(table: string): boolean {
  return table in DERIVED || isIndexTable(table);
}

/** The index of embeddings, or one of the tables in which it keeps its content. */
function isIndexTable(name: string): boolean {
  return name.startsWith(INDEX);
}

function incomplete(what: string, { root, database }: LibraryFolder): StudioError {
  return new StudioError(
    'library-corrupt',
    `The library in ${root} has lost ${what}. It was left as it is, and the pictures are not affected: ` +
      `move ${database} away, and the library is rebuilt from them at the next start.`,
  );
}

function except(numbers: readonly number[], others: readonly number[]): number[] {
  const excluded = new Set(others);
  return numbers.filter((number) => !excluded.has(number));
}
