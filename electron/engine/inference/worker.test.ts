import { expect, it } from 'vitest';
import { type InferenceProcess, InferenceWorker } from './worker.ts';

/** A process that is gone as soon as it is asked for anything. */
function ending(reason: string, cause?: Error): InferenceProcess {
  let end: ((reason: string, cause?: Error) => void) | undefined;
  return {
    pid: undefined,
    post: () => end?.(reason, cause),
    onMessage: () => undefined,
    onExit: (listener) => {
      end = listener;
    },
    kill: () => undefined,
  };
}

it.each([
  [
    'did not start',
    'spawn EMFILE',
    Object.assign(new Error('spawn EMFILE'), { code: 'EMFILE', path: '/bin/node' }),
    'too-many-files',
  ],
  ['says what the system refused it', 'Worker failure: EMFILE', undefined, 'too-many-files'],
  ['was ended', 'SIGKILL', undefined, 'inference-crashed'],
])('tells why a process is gone that %s, now and later', async (_, reason, cause, code) => {
  const worker = new InferenceWorker(() => ending(reason, cause));
  const ask = () => worker.ask({ kind: 'release', graphs: [] });
  await expect(ask()).rejects.toMatchObject({ code });
  await expect(ask()).rejects.toMatchObject({ code });
  expect(worker.endedBecause).toBe(reason);
});
