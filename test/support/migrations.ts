import Database from 'better-sqlite3';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as sqliteVec from 'sqlite-vec';
import { temporaryFolder } from './library.ts';

/** A folder with a library as an older version left it; gone when the test is over. */
export async function frozenLibrary(version: number): Promise<string> {
  const folder = await temporaryFolder();
  const script = path.join(import.meta.dirname, `../migrations/${version}.sql`);
  const database = new Database(path.join(folder, 'library.db'));
  sqliteVec.load(database);
  database.exec(await readFile(script, 'utf8'));
  database.close();
  return folder;
}
