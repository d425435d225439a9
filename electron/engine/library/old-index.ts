/** The indexes of earlier versions, tables of sqlite-vec's, which nothing reads any more: dropped, however damaged. */
import type { Connection } from './connection.ts';
import { dropVirtualTable, tablesCalled } from './virtual-tables.ts';

/** How their names begin, and that of the only one of the first versions. */
const INDEX = 'embedding_index';
const OF_A_WIDTH = new RegExp(`^${INDEX}_(\\d+)(?:_|$)`);

/** Whether a table is one of them, or one in which such a one keeps its content. */
export function isOldIndex(name: string): boolean {
  return name.startsWith(INDEX);
}

export function dropOldIndexes(connection: Connection): void {
  if (tablesCalled(connection, INDEX).length === 0) return;
  connection.write(() => {
    const widths = tablesCalled(connection, INDEX).map(({ name }) => OF_A_WIDTH.exec(name)?.[1]);
    for (const width of new Set(widths)) dropVirtualTable(connection, tableOf(width));
  });
}

/** @param width undefined for that of the first versions, which knew one width */
function tableOf(width: string | undefined) {
  const name = width === undefined ? INDEX : `${INDEX}_${width}`;
  const [number, space] = width === undefined ? ['seq', 'pack'] : ['number', 'space'];
  const sql = `CREATE VIRTUAL TABLE ${name} USING vec0(
    ${number} INTEGER PRIMARY KEY, ${space} TEXT PARTITION KEY,
    vector FLOAT[${width ?? 512}] DISTANCE_METRIC=cosine, chunk_size=256
  )`;
  return { name, sql };
}
