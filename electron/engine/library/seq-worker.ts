/** Entry of the thread that reads what takes long (see seq-reader.ts). */
import { workerData } from 'node:worker_threads';
import { answerTasks } from '../jobs/thread-side.ts';
import { Connection } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import type { DatabasePlace, ReadAnswer, ReadTask } from './seq-messages.ts';

const { root, database } = workerData as DatabasePlace;

/** KiB. Whoever goes through all of an index once meets no page twice. */
const CACHE = 2_048;

let connection: Connection | undefined;

function open(): Connection {
  const opened = new Connection(new LibraryFolder(root, database), 'read');
  opened.pragma(`cache_size = -${CACHE}`);
  return opened;
}

answerTasks<ReadTask, ReadAnswer>(
  ({ query: { sql, values }, as }) => {
    connection ??= open();
    return as === 'numbers' ? connection.numbers(sql, ...values) : connection.all(sql, ...values);
  },
  (answer) => (answer instanceof Float64Array ? [answer.buffer] : []),
);
