import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { timeOfId } from './ids.ts';
import { COUNT_PORTRAITS } from './migrations/0007-find.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { isOldIndex } from './old-index.ts';
import { rememberPrompt } from './records.ts';
import { isWordsTable, makeWords } from './words.ts';

const itemSchema = z.object({
  type: z.enum(['table', 'index', 'trigger', 'view']),
  name: z.string(),
  sql: z.string(),
});
type Item = z.infer<typeof itemSchema>;

const namesSchema = z.array(z.object({ name: z.string() }));
const promptsSchema = z.array(z.object({ prompt: z.string(), id: z.string() }));

const nothing = () => undefined;

/** Tables, and triggers that keep one, which can be made again from the others, and how they are filled. */
const DERIVED: Readonly<Record<string, (connection: Connection) => void>> = {
  prompts: fillPrompts,
  // From its beginning: what the journal says is then done to the rows once more.
  journal_mark: (connection) => connection.run('INSERT INTO journal_mark VALUES (1, 0)'),
  generation_tags: forgetMark,
  boards: forgetMark,
  board_generations: forgetMark,
  portrait_counts: countPortraits,
  counted_added: countPortraits,
  counted_removed: countPortraits,
  counted_changed: countPortraits,
  words_added: makeWords,
  words_changed: makeWords,
  words_removed: makeWords,
  words_tagged: makeWords,
  words_untagged: makeWords,
  changes: nothing,
  embedding_changes: nothing,
  shelves: nothing,
  atlases: nothing,
  atlas_places: nothing,
};

/**
 * Compares the tables and indexes of a library of this version with those of a new one. What can be made
 * again from the rest is: indexes, triggers, prompts, counts.
 *
 * @throws StudioError `library-corrupt` where a table or a column is gone that holds what is nowhere else
 */
export function mendSchema(connection: Connection, folder: LibraryFolder): void {
  const { items, columns } = newSchema();
  const found = new Set(itemsOf(connection).map(keyOf));
  const lost = items.filter((item) => !found.has(keyOf(item)));
  const lostTable = lost.find(({ type, name }) => type === 'table' && !(name in DERIVED));
  if (lostTable) throw incomplete(`its table ${lostTable.name}`, folder);
  for (const [table, wanted] of columns) {
    if (!found.has(keyOf({ type: 'table', name: table }))) continue;
    const present = columnsOf(connection, table);
    const gone = wanted.find((column) => !present.includes(column));
    if (gone !== undefined) throw incomplete(`the column ${gone} of its table ${table}`, folder);
  }
  if (lost.length > 0) connection.write(() => makeAgain(lost, connection));
}

function makeAgain(lost: readonly Item[], connection: Connection): void {
  for (const { sql } of lost) connection.script(sql);
  const fill = new Set(lost.map(({ name }) => DERIVED[name] ?? nothing));
  for (const one of fill) one(connection);
}

/** What the journal knows is then taken from there. */
function forgetMark(connection: Connection): void {
  connection.run('UPDATE journal_mark SET applied = 0');
}

function countPortraits(connection: Connection): void {
  connection.script(`DELETE FROM portrait_counts; ${COUNT_PORTRAITS}`);
}

function fillPrompts(connection: Connection): void {
  const rows = connection.all('SELECT prompt, max(id) AS id FROM generations GROUP BY prompt');
  for (const { prompt, id } of promptsSchema.parse(rows)) {
    const usedAt = timeOfId(id);
    if (Number.isSafeInteger(usedAt)) rememberPrompt(connection, prompt, usedAt);
  }
}

/** All but the old indexes of embeddings, and the index of words, which is looked after by itself (`words.ts`). */
interface Schema {
  readonly items: readonly Item[];
  /** Of the tables. */
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
    const items = itemsOf(reading).filter(({ name }) => !isOldIndex(name) && !isWordsTable(name));
    const tables = items.filter(({ type }) => type === 'table');
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

function incomplete(what: string, { root, database }: LibraryFolder): StudioError {
  return new StudioError(
    'library-corrupt',
    `The library in ${root} has lost ${what}. It was left as it is, and the pictures are not affected: ` +
      `move ${database} away, and the library is rebuilt from them at the next start.`,
  );
}
