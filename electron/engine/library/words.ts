/** The index of exact words, `portrait_words`: kept by triggers, looked at when the library is opened. */
import { StudioError } from '../../contract/errors.ts';
import type { Connection } from './connection.ts';
import { CREATE_WORDS, FILL_WORDS } from './migrations/0007-find.ts';
import { dropVirtualTable } from './virtual-tables.ts';

const WORDS = 'portrait_words';

/** Without its format FTS5 does not even let it be dropped. */
const STATE_FORMAT = `REPLACE INTO ${WORDS}_config VALUES ('version', 4)`;

/** Whether a table is the index of words, or one in which it keeps its content. */
export function isWordsTable(name: string): boolean {
  return name.startsWith(WORDS);
}

/** Makes the index again where it is lost, cannot be read or does not go as far as the rows do. */
export function mendWords(connection: Connection): void {
  if (!isWhole(connection)) makeWords(connection);
}

export function makeWords(connection: Connection): void {
  connection.write(() => {
    dropVirtualTable(connection, { name: WORDS, sql: CREATE_WORDS }, STATE_FORMAT);
    connection.script(CREATE_WORDS);
    connection.script(FILL_WORDS);
  });
}

function isWhole(connection: Connection): boolean {
  try {
    connection.get(`SELECT rowid FROM ${WORDS} WHERE ${WORDS} MATCH '"a"' LIMIT 1`);
    const gap = connection.get(
      // Each end by its index: read from a subquery, SQLite goes through all rows.
      `SELECT 1 WHERE (SELECT max(seq) FROM generations) IS NOT (SELECT max(id) FROM ${WORDS}_docsize)`,
    );
    return gap === undefined;
  } catch (thrown) {
    if (thrown instanceof StudioError && thrown.code === 'library-corrupt') return false;
    throw thrown;
  }
}
