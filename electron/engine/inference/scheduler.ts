import { StudioError, throwIfCancelled, cancelled } from '../../contract/errors.ts';

/** Interactive work (previews, what the artist waits for) goes before background work. */
export type Priority = 'interactive' | 'background';

export interface ScheduleOptions {
  priority?: Priority | undefined;
  signal?: AbortSignal | undefined;
}

interface Waiting {
  start(): Promise<void>;
  drop(): void;
}

/**
 * Runs pieces of work one at a time: ONNX Runtime uses every core for each anyway, and its WebGPU
 * provider does not survive two runs at once. Work whose signal fires leaves the queue uncomputed.
 */
export class Scheduler {
  readonly #queues: Record<Priority, Waiting[]> = { interactive: [], background: [] };
  #busy = false;

  /**
   * Resolves with what `work` gives. Rejects as soon as the signal fires; work already begun still
   * holds the turn until it settles.
   */
  run<T>(work: () => Promise<T>, options: ScheduleOptions = {}): Promise<T> {
    const { priority = 'background', signal } = options;
    const queue = this.#queues[priority];
    return new Promise<T>((resolve, reject) => {
      throwIfCancelled(signal);
      const onAbort = () => {
        const place = queue.indexOf(waiting);
        if (place >= 0) queue.splice(place, 1);
        reject(cancelled(signal?.reason));
      };
      const waiting: Waiting = {
        start: () =>
          work()
            .then(resolve, reject)
            .finally(() => signal?.removeEventListener('abort', onAbort)),
        drop: () => reject(new StudioError('inference-closed', 'The studio is closing.')),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      this.#next();
    });
  }

  /** Rejects everything that waits. */
  clear(): void {
    for (const queue of Object.values(this.#queues)) {
      for (const waiting of queue.splice(0)) waiting.drop();
    }
  }

  #next(): void {
    if (this.#busy) return;
    const waiting = this.#queues.interactive.shift() ?? this.#queues.background.shift();
    if (!waiting) return;
    this.#busy = true;
    void waiting.start().finally(() => {
      this.#busy = false;
      this.#next();
    });
  }
}

/**
 * "Latest wins" for work that a newer request of the same kind makes worthless, such as the preview
 * of a slider that has moved on: beginning again fires the signal of the one before.
 */
export class LatestOnly {
  readonly #running = new Map<string, AbortController>();

  begin(key: string): AbortSignal {
    this.#running
      .get(key)
      ?.abort(new StudioError('superseded', 'A newer request has taken the place of this one.'));
    const controller = new AbortController();
    this.#running.set(key, controller);
    return controller.signal;
  }
}
