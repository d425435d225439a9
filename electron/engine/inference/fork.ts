import { fork } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { memoryBudget } from './memory.ts';
import type { InferenceProcess, SpawnInference } from './worker.ts';

const ENTRY = fileURLToPath(new URL('child.ts', import.meta.url));
const STDERR_KEPT = 4_000;

/** One that runs and is nobody's yet; null once the first has been given away. */
let ahead: ForkedInference | null | undefined;

/**
 * Starts the first inference process before anything is asked of it, for who knows that there will be: it starts
 * while the engine is still being loaded. It keeps nobody from ending.
 */
export function forkAhead(): void {
  if (ahead !== undefined) return;
  ahead = forkWithin(memoryBudget());
  ahead.keepHost(false);
}

/** Starts the inference process. */
export const forkInference: SpawnInference = () => {
  const started = ahead?.isRunning ? ahead : forkWithin(memoryBudget());
  ahead = null;
  started.keepHost(true);
  return started;
};

export interface ForkedInference extends InferenceProcess {
  readonly isRunning: boolean;
  /** Whether the process that started it goes on as long as this one does. */
  keepHost(isKept: boolean): void;
}

/** Starts one that is ended when it has more than `memoryBytes` of memory. */
export function forkWithin(memoryBytes: number): ForkedInference {
  const child = fork(ENTRY, [String(memoryBytes)], {
    serialization: 'advanced',
    // V8's helpers that collect garbage while a graph is computed take its cores from it.
    execArgv: ['--single-threaded-gc', '--disable-warning=ExperimentalWarning'],
    // glibc keeps memory for each thread that ever asked for some; graphs come with many threads.
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    // GPU drivers chat on both; what they say is kept for the case of a crash.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-STDERR_KEPT);
  });
  const stderr = child.stderr instanceof Socket ? child.stderr : null;
  return {
    pid: child.pid,
    get isRunning() {
      return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    },
    keepHost: (isKept) => {
      for (const part of [child, child.channel, stderr]) {
        if (isKept) part?.ref();
        else part?.unref();
      }
    },
    post: (message) => {
      // A failed send means the process is going; its exit tells. One that did not start has no channel.
      if (child.pid !== undefined) child.send(message, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.once('error', (error) => listener(error.message, error));
      child.once('close', (code, signal) =>
        listener(`${signal ?? `exit code ${code}`} ${lastWords}`.trim()),
      );
    },
    kill: () => child.kill('SIGKILL'),
  };
}
