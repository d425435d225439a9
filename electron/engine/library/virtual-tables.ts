import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { z } from 'zod';
import type { Connection } from './connection.ts';

const itemsSchema = z.array(z.object({ name: z.string(), sql: z.string() }));

/** A table, and the statement that makes it. */
export type Table = z.infer<typeof itemsSchema>[number];

/** The tables whose names begin so, but for those that SQLite itself makes. */
export function tablesCalled(connection: Pick<Connection, 'all'>, beginning: string): Table[] {
  const rows = connection.all(
    `SELECT name, sql FROM sqlite_schema
     WHERE type = 'table' AND sql IS NOT NULL AND substr(name, 1, ?) = ?`,
    ...[beginning.length, beginning],
  );
  return itemsSchema.parse(rows);
}

/**
 * Drops a virtual table, however much of it is lost. It keeps its content in tables of its own, which it must
 * find to let itself be dropped. Inside a transaction.
 *
 * @param mend makes of those tables what it accepts
 */
export function dropVirtualTable(connection: Connection, { name, sql }: Table, mend = ''): void {
  const found = new Set(tablesCalled(connection, name).map((table) => table.name));
  const inner = innerTables({ name, sql });
  connection.withInternalTables(() => {
    if (found.has(name)) {
      for (const table of inner) if (!found.has(table.name)) connection.script(table.sql);
      connection.script(mend);
      connection.script(`DROP TABLE ${name}`);
    } else {
      for (const table of inner) connection.script(`DROP TABLE IF EXISTS ${table.name}`);
    }
  });
}

/** What a statement that makes a virtual table makes beside it. */
function innerTables({ name, sql }: Table): Table[] {
  const database = new Database(':memory:');
  try {
    sqliteVec.load(database);
    database.exec(sql);
    const reading = {
      all: (query: string, ...values: unknown[]) => database.prepare(query).all(...values),
    };
    return tablesCalled(reading, name).filter((table) => table.name !== name);
  } finally {
    database.close();
  }
}
