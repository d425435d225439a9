import type { Script } from './script.ts';

/**
 * Lays portraits out in two dimensions: `atlases` has what places are computed by, one for each embedding space, with a
 * name that is another one each time; `atlas_places` has where each embedding lies, 0 to 1 in both directions.
 */
export function keepAtlases(connection: Script): void {
  connection.script(`
    CREATE TABLE atlases (
      space TEXT PRIMARY KEY,
      laid_out TEXT NOT NULL,
      layout BLOB NOT NULL
    ) STRICT;
    CREATE TABLE atlas_places (
      number INTEGER PRIMARY KEY REFERENCES embeddings ON DELETE CASCADE,
      x REAL NOT NULL,
      y REAL NOT NULL
    ) STRICT;
  `);
}
