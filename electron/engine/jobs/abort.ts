import { cancelled } from '../../contract/errors.ts';

/**
 * Rejects when the signal fires, and does nothing before.
 *
 * @param over fires when nobody listens any more: a signal may outlive thousands of those who wait
 */
export function aborted(signal: AbortSignal | undefined, over?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(cancelled(signal?.reason));
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true, ...(over && { signal: over }) });
  });
}

/** Waits for work that others wait for too and that goes on when this one has been cancelled. */
export async function shared<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([work, aborted(signal, over.signal)]);
  } finally {
    over.abort();
  }
}

/** Work that several wait for: it is cancelled as soon as nobody does any more. */
export class Joint<T> {
  readonly #abort = new AbortController();
  /** Fires when the work has ended: then there is nothing left to be abandoned. */
  readonly #settled = new AbortController();
  readonly #work: Promise<T>;
  #waiting = 0;

  constructor(begin: (signal: AbortSignal) => Promise<T>) {
    this.#work = begin(this.#abort.signal);
    const settle = () => this.#settled.abort();
    // Those who wait are told when it fails.
    this.#work.then(settle, settle);
  }

  get isAbandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Waits until the work is done or the signal fires; without a signal to the end. */
  join(signal?: AbortSignal): Promise<T> {
    this.#waiting += 1;
    const untilSettled = { once: true, signal: this.#settled.signal };
    if (signal?.aborted) this.#leave();
    else signal?.addEventListener('abort', () => this.#leave(), untilSettled);
    return shared(this.#work, signal);
  }

  #leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0 && !this.#settled.signal.aborted) this.#abort.abort();
  }
}
