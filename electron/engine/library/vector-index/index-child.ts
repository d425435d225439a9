/** Makes the vector index of a library, or goes on with it, in a process of its own (see index-making.ts). */
import { Connection } from '../connection.ts';
import { LibraryFolder } from '../folder.ts';
import { LibraryThread } from '../library-thread.ts';
import { IndexFiles } from './index-files.ts';
import { type Made, makingSchema } from './index-messages.ts';
import { VectorIndex } from './vector-index.ts';

/** Embeddings that are worth a message. */
const TOLD_AT_ONCE = 4_096;

// Ctrl+C in a terminal reaches the whole group; the host decides what becomes of running work.
process.on('SIGINT', () => undefined);
// A host that is gone needs no index now.
process.on('disconnect', () => process.exit());
process.once('message', (message) => void make(message));

const tell = (made: Made) => process.send?.(made);

async function make(message: unknown): Promise<void> {
  const { root, database } = makingSchema.parse(message);
  const folder = new LibraryFolder(root, database);
  const connection = new Connection(folder, 'read');
  const files = new IndexFiles(folder.index);
  const thread = new LibraryThread(folder);
  const parts = { connection, files, place: folder, thread, mayWrite: true };
  const index = new VectorIndex({ ...parts, few: Number.POSITIVE_INFINITY });
  let untold = 0;
  await index.sync({
    onRead: (count) => {
      untold += count;
      if (untold < TOLD_AT_ONCE) return;
      tell(untold);
      untold = 0;
    },
  });
  tell(untold);
  await index.close();
  connection.close();
  tell(null);
}
