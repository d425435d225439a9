import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cancelled, throwIfCancelled } from '../../../contract/errors.ts';
import type { DatabasePlace } from '../library-tasks.ts';
import { madeSchema } from './index-messages.ts';

const INDEX_CHILD = fileURLToPath(new URL('index-child.ts', import.meta.url));

/**
 * Makes the index of a library in a process of its own, which takes the memory for it along when it ends. Cancelling ends
 * it at once; what it has kept by then is gone on with the next time.
 *
 * @param onRead told how many embeddings were read since the last time
 */
export function makeIndex(
  place: DatabasePlace,
  signal: AbortSignal,
  onRead: (count: number) => void,
): Promise<void> {
  throwIfCancelled(signal);
  const child = fork(INDEX_CHILD, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () =>
      reject(signal.aborted ? cancelled(signal.reason) : new Error('The index was not made.')),
    );
    child.on('message', (message) => {
      const made = madeSchema.parse(message);
      if (made === null) resolve();
      else onRead(made);
    });
    // One that did not start has no channel; its error tells.
    if (child.pid !== undefined) child.send({ root: place.root, database: place.database });
  }).finally(() => {
    signal.removeEventListener('abort', stop);
    if (child.connected) child.disconnect();
  });
}
