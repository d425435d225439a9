/** Entry of the thread that reads the numbers of many rows (see seq-reader.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { toStudioError } from '../../contract/errors.ts';
import { Connection } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import type { SeqAnswer, SeqTask, SeqThreadData } from './seq-messages.ts';

const { root, database } = workerData as SeqThreadData;

/** KiB. Whoever goes through all of an index once meets no page twice. */
const CACHE = 2_048;

let connection: Connection | undefined;

function open(): Connection {
  const opened = new Connection(new LibraryFolder(root, database), 'read');
  opened.pragma(`cache_size = -${CACHE}`);
  return opened;
}

parentPort?.on('message', ({ id, query }: SeqTask) => {
  try {
    connection ??= open();
    const seqs = connection.numbers(query.sql, ...query.values);
    parentPort?.postMessage({ id, seqs } satisfies SeqAnswer, [seqs.buffer]);
  } catch (thrown) {
    parentPort?.postMessage({ id, error: toStudioError(thrown).toJSON() } satisfies SeqAnswer);
  }
});
