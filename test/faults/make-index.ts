/** Makes the vector index of a library and keeps it, over and over, until it is killed. */
import { rm } from 'node:fs/promises';
import { Connection } from '../../electron/engine/library/connection.ts';
import { LibraryFolder } from '../../electron/engine/library/folder.ts';
import { IndexFiles } from '../../electron/engine/library/vector-index/index-files.ts';
import { VectorIndex } from '../../electron/engine/library/vector-index/vector-index.ts';

const folder = new LibraryFolder(process.argv[2] ?? '');
const connection = new Connection(folder, 'read');
for (;;) {
  console.log('begun');
  const index = new VectorIndex(connection, new IndexFiles(folder.index), true);
  await index.sync();
  await index.close();
  await rm(folder.index, { recursive: true, force: true });
}
