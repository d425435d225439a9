/** Entry of the second thread of an open library (see library-thread.ts). */
import { workerData } from 'node:worker_threads';
import { answerTasks } from '../jobs/thread-side.ts';
import { Connection } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import type { DatabasePlace, LibraryAnswer, LibraryTask } from './library-tasks.ts';
import { compact } from './seqs.ts';
import { cosinesOf, scanNext } from './vector-index/search-tasks.ts';

const { root, database } = workerData as DatabasePlace;

/** KiB. Whoever goes through all of an index once meets no page twice. */
const CACHE = 2_048;

let opened: Connection | undefined;

function connection(): Connection {
  if (opened) return opened;
  opened = new Connection(new LibraryFolder(root, database), 'read');
  opened.pragma(`cache_size = -${CACHE}`);
  return opened;
}

function answerTo(task: LibraryTask): LibraryAnswer {
  switch (task.kind) {
    case 'begin':
      return null;
    case 'numbers':
      return compact(connection().numbersInTurn(task.query.sql, ...task.query.values));
    case 'rows':
      return connection().all(task.query.sql, ...task.query.values);
    case 'scan':
      while (scanNext(task.scan));
      return null;
    case 'compare':
      return cosinesOf(connection(), task.comparison);
  }
}

answerTasks<LibraryTask, LibraryAnswer>(answerTo, (answer) =>
  answer instanceof Float64Array || answer instanceof Uint32Array ? [answer.buffer] : [],
);
