/** Entry of the inference process as a Node child process (see fork.ts). */
import { flushCompileCache } from 'node:module';
import { Worker } from 'node:worker_threads';
import { Lanes } from './lanes.ts';
import { serveInference } from './server.ts';
import { Sessions } from './sessions.ts';

const [, , memoryBytes] = process.argv;
// Asked for now: it changes when the host ends.
const limits = { bytes: Number(memoryBytes), host: process.ppid };
new Worker(new URL('watchdog.ts', import.meta.url), { workerData: limits }).unref();

// A host that is gone needs no answers.
process.on('disconnect', () => process.exit());
// Ctrl+C in a terminal reaches the whole group; the host decides what becomes of running work.
process.on('SIGINT', () => undefined);

serveInference(
  {
    post: (message) => process.send?.(message),
    onMessage: (listener) => process.on('message', listener),
  },
  { sessions: new Sessions(), lanes: new Lanes() },
);

// What was compiled is kept at the end of a process, and this one may be killed.
flushCompileCache();
