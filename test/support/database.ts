import Database from 'better-sqlite3';
import path from 'node:path';
import * as sqliteVec from 'sqlite-vec';

/** Does something to the database of a library behind the studio's back, with no check of SQLite's in the way. */
export function tamper(root: string, work: string | ((database: Database.Database) => void)): void {
  const database = new Database(path.join(root, 'library.db'));
  try {
    sqliteVec.load(database);
    database.unsafeMode(true);
    database.pragma('ignore_check_constraints = ON');
    database.pragma('foreign_keys = OFF');
    if (typeof work === 'string') database.exec(work);
    else work(database);
  } finally {
    database.close();
  }
}
