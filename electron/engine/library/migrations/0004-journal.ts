import type { Script } from './script.ts';

/**
 * Remembers up to which entry the journal of what the artist did has been taken in. Its number also keeps
 * older builds, which would not write to the journal, from opening the library.
 */
export function rememberJournal(connection: Script): void {
  connection.script(`
    CREATE TABLE journal_mark (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      applied INTEGER NOT NULL
    ) STRICT;
    INSERT INTO journal_mark VALUES (1, 0);
  `);
}
