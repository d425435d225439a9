/** Makes the vector index of a library anew and keeps it, saying when it begins and ends to write; then waits for its death. */
import { rm } from 'node:fs/promises';
import { Connection } from '../../electron/engine/library/connection.ts';
import { LibraryFolder } from '../../electron/engine/library/folder.ts';
import { LibraryThread } from '../../electron/engine/library/library-thread.ts';
import { IndexFiles } from '../../electron/engine/library/vector-index/index-files.ts';
import { VectorIndex } from '../../electron/engine/library/vector-index/vector-index.ts';

const folder = new LibraryFolder(process.argv[2] ?? '');
await rm(folder.index, { recursive: true, force: true });
const connection = new Connection(folder, 'read');
const files = new IndexFiles(folder.index);
const thread = new LibraryThread(folder);
const index = new VectorIndex({ connection, files, place: folder, thread, mayWrite: true });
await index.sync();
console.log('writing');
await index.close();
console.log('kept');
setInterval(() => undefined, 60_000);
