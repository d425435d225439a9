import { parentPort } from 'node:worker_threads';
import { toStudioError } from '../../contract/errors.ts';
import type { ThreadAnswer, ThreadTask } from './thread.ts';

/**
 * The other side of a `Thread`: answers every task.
 *
 * @param moved what of an answer is handed over and not copied
 */
export function answerTasks<Task, Answer>(
  answerTo: (task: Task) => Answer,
  moved: (answer: Answer) => readonly ArrayBuffer[] = () => [],
): void {
  parentPort?.on('message', ({ id, task }: ThreadTask<Task>) => {
    try {
      const answer = answerTo(task);
      parentPort?.postMessage({ id, answer } satisfies ThreadAnswer<Answer>, moved(answer));
    } catch (thrown) {
      const error = toStudioError(thrown).toJSON();
      parentPort?.postMessage({ id, error } satisfies ThreadAnswer<Answer>);
    }
  });
}
