/** Entry of a thread of the inference process that draws beside it (see lanes.ts). */
import { parentPort } from 'node:worker_threads';
import { LANE_THREADS } from './lanes.ts';
import { serveInference } from './server.ts';
import { Sessions } from './sessions.ts';

serveInference(
  {
    post: (message) => parentPort?.postMessage(message),
    onMessage: (listener) => parentPort?.on('message', listener),
  },
  { sessions: new Sessions(LANE_THREADS) },
);
