import { Thread } from '../jobs/thread.ts';
import type { DatabasePlace, LibraryAnswer, LibraryTask } from './library-tasks.ts';

/**
 * The second thread of an open library: reads what goes through many rows, and does half of a search. One for all of
 * it, since each takes memory of its own.
 */
export class LibraryThread extends Thread<LibraryTask, LibraryAnswer> {
  constructor({ root, database }: DatabasePlace) {
    const data: DatabasePlace = { root, database };
    super(new URL('./library-worker.ts', import.meta.url), data);
  }
}
