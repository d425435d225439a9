/** Entry of the inference process as a Node child process (see fork.ts). */
import { Lanes } from './lanes.ts';
import { serveInference } from './server.ts';
import { Sessions } from './sessions.ts';

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
