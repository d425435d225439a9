import { StudioError, throwIfCancelled, cancelled } from '../../contract/errors.ts';

/**
 * Interactive work (previews, what the artist waits for) goes before background work, and that before what
 * takes hours and has nobody waiting for it (learning).
 */
const PRIORITIES = ['interactive', 'background', 'idle'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface ScheduleOptions {
  priority?: Priority | undefined;
  signal?: AbortSignal | undefined;
  /** Nothing else runs meanwhile. */
  alone?: boolean | undefined;
}

interface Waiting {
  readonly alone: boolean;
  start(): Promise<void>;
  drop(): void;
}

/**
 * Runs pieces of work a few at a time, in the order in which they came. Work whose signal fires leaves the queue
 * uncomputed.
 */
export class Scheduler {
  readonly #queues: Record<Priority, Waiting[]> = {
    interactive: [],
    background: [],
    idle: [],
  };
  readonly #atOnce: number;
  #running = 0;
  #isAlone = false;

  /** @param atOnce how many pieces run together at most */
  constructor(atOnce = 1) {
    this.#atOnce = atOnce;
  }

  /**
   * Resolves with what `work` gives. Rejects as soon as the signal fires; work already begun still
   * holds the turn until it settles.
   */
  run<T>(work: () => Promise<T>, options: ScheduleOptions = {}): Promise<T> {
    const { priority = 'background', signal, alone = false } = options;
    const queue = this.#queues[priority];
    return new Promise<T>((resolve, reject) => {
      throwIfCancelled(signal);
      const onAbort = () => {
        const place = queue.indexOf(waiting);
        if (place >= 0) queue.splice(place, 1);
        reject(cancelled(signal?.reason));
      };
      const waiting: Waiting = {
        alone,
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
    const queue = PRIORITIES.map((priority) => this.#queues[priority]).find(
      ({ length }) => length > 0,
    );
    const [waiting] = queue ?? [];
    const isFull = this.#isAlone || this.#running >= this.#atOnce;
    if (!waiting || isFull || (waiting.alone && this.#running > 0)) return;
    queue?.shift();
    this.#running += 1;
    this.#isAlone = waiting.alone;
    void waiting.start().finally(() => {
      this.#running -= 1;
      this.#isAlone = false;
      this.#next();
    });
    this.#next();
  }
}

interface Turn {
  come(): void;
  drop(error: StudioError): void;
}

/**
 * "Latest wins" for work that newer work of the same kind makes worthless, such as the preview of a
 * slider that has moved on. Per key one piece runs and one waits; a newer one takes the place of the
 * one that waits. What runs is finished, or a fast hand would never see a frame.
 */
export class LatestNext {
  /** Keys that are busy, with whose turn is next. */
  readonly #next = new Map<string, Turn | null>();

  /** @throws StudioError `superseded` when a newer piece came while this one waited */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#turn(key);
    try {
      return await work();
    } finally {
      this.#pass(key);
    }
  }

  async #turn(key: string): Promise<void> {
    const waiting = this.#next.get(key);
    if (waiting === undefined) {
      this.#next.set(key, null);
      return;
    }
    waiting?.drop(
      new StudioError('superseded', 'A newer request has taken the place of this one.'),
    );
    await new Promise<void>((come, drop) => this.#next.set(key, { come, drop }));
  }

  #pass(key: string): void {
    const waiting = this.#next.get(key);
    if (waiting) this.#next.set(key, null);
    else this.#next.delete(key);
    waiting?.come();
  }
}
