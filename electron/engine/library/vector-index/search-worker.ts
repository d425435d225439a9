/** Entry of the second thread of a search (see search-work.ts). */
import { workerData } from 'node:worker_threads';
import { answerTasks } from '../../jobs/thread-side.ts';
import { Connection } from '../connection.ts';
import { LibraryFolder } from '../folder.ts';
import type { DatabasePlace } from '../seq-messages.ts';
import { cosinesTo, scanNext, type SearchAnswer, type SearchTask } from './search-messages.ts';

const { root, database } = workerData as DatabasePlace;
const connection = new Connection(new LibraryFolder(root, database), 'read');

answerTasks<SearchTask, SearchAnswer>((task) => {
  if (task.kind === 'compare') {
    return cosinesTo(connection, Buffer.from(task.vector), task.numbers);
  }
  if (task.kind === 'scan') while (scanNext(task.scan));
  return null;
});
