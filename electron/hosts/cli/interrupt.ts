import { constants } from 'node:os';

/** How long work may take to end well, in milliseconds: a chunk is drawn to its end, and the best are kept. */
const GRACE_MS = 8_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What asked last for the end of the command, if anything did. */
let asked: (typeof SIGNALS)[number] | undefined;

/** The exit code of a command whose end was asked for, as shells know it: 130 after Ctrl+C. */
export function interruptedCode(): number | undefined {
  return asked && 128 + constants.signals[asked];
}

export interface Interruption {
  /** Fires at the first. */
  readonly signal: AbortSignal;
  /** From now on they end the process as they end any other. */
  release(): void;
}

/**
 * Ctrl+C and its like: the first asks the work to end, a second one does not wait for it, and nor does
 * anybody wait for longer than `GRACE_MS`.
 *
 * @param giveUp the last words of work that did not end in time, before the process ends
 */
export function onInterrupt(giveUp: () => void): Interruption {
  const stop = new AbortController();
  const leave = () => {
    giveUp();
    process.exit(interruptedCode());
  };
  const hear = (signal: (typeof SIGNALS)[number]) => {
    asked = signal;
    // A terminal that closes may say so twice, by itself and through the process that started this one.
    if (stop.signal.aborted && signal !== 'SIGHUP') leave();
    stop.abort();
    setTimeout(leave, GRACE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return {
    signal: stop.signal,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
