import { cancelled } from '../../contract/errors.ts';

/** Rejects when the signal fires, and does nothing before. */
export function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(cancelled(signal?.reason));
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Waits for work that others wait for too and that goes on when this one has been cancelled. */
export function shared<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return Promise.race([work, aborted(signal)]);
}

/** Work that several wait for: it is cancelled as soon as nobody does any more. */
export class Joint<T> {
  readonly #abort = new AbortController();
  readonly #work: Promise<T>;
  #waiting = 0;

  constructor(begin: (signal: AbortSignal) => Promise<T>) {
    this.#work = begin(this.#abort.signal);
    // Those who wait are told when it fails.
    this.#work.catch(() => undefined);
  }

  get isAbandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Waits until the work is done or the signal fires; without a signal to the end. */
  join(signal?: AbortSignal): Promise<T> {
    this.#waiting += 1;
    signal?.addEventListener('abort', () => this.#leave(), { once: true });
    if (signal?.aborted) this.#leave();
    return shared(this.#work, signal);
  }

  #leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#abort.abort();
  }
}
