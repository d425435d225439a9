/** Entry of the thread that reads the numbers of many rows (see seq-reader.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { toStudioError } from '../../contract/errors.ts';
import { Connection } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import type { SeqAnswer, SeqTask, SeqThreadData } from './seq-messages.ts';

const { root, database } = workerData as SeqThreadData;

let connection: Connection | undefined;

parentPort?.on('message', ({ id, query }: SeqTask) => {
  try {
    connection ??= new Connection(new LibraryFolder(root, database), 'read');
    const seqs = connection.numbers(query.sql, ...query.values);
    parentPort?.postMessage({ id, seqs } satisfies SeqAnswer, [seqs.buffer]);
  } catch (thrown) {
    parentPort?.postMessage({ id, error: toStudioError(thrown).toJSON() } satisfies SeqAnswer);
  }
});
