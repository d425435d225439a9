/**
 * Entry of a thread of the inference process that ends the process when it takes too much memory, or when
 * its host is gone. The process's own thread cannot: it hears nothing while ONNX Runtime computes.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { OVER_MEMORY } from './memory.ts';

/** A core fills about a gigabyte in that time at the most. */
const EVERY_MS = 100;

/** A thread's own `process.stderr` goes by way of the process's thread, which may be computing. */
const STDERR = 2;

const { bytes, host } = z.object({ bytes: z.number(), host: z.number() }).parse(workerData);

setInterval(() => {
  const used = process.memoryUsage.rss();
  if (used > bytes) {
    end(`It ${OVER_MEMORY}: ${used} bytes, with ${bytes} the most.`);
  }
  // An orphan is given to another process. (Windows leaves the number as it is.)
  if (process.ppid !== host) end('Its host is gone.');
}, EVERY_MS);

function end(lastWords: string): void {
  try {
    writeSync(STDERR, lastWords);
  } catch {
    // Nobody listens.
  }
  process.kill(process.pid, 'SIGKILL');
}
