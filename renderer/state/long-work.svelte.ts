import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';

/** Work that takes long, of which a window does one at a time: how far it is, and why the last one failed. */
export abstract class LongWork<Run> {
  #run = $state.raw<Run | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #abort: AbortController | null = null;

  /** How far it is; null while nothing is under way. */
  get run(): Run | null {
    return this.#run;
  }

  /** Why the last one failed, until the next one or until it was read. */
  get error(): StudioError | null {
    return this.#error;
  }

  /** Stops what is under way. */
  cancel(): void {
    this.#abort?.abort();
  }

  clearError(): void {
    this.#error = null;
  }

  /** What the work gives; null when it gives that, was cancelled or failed, or another is under way. */
  protected async perform<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    if (this.#abort) return null;
    this.#error = null;
    const abort = new AbortController();
    this.#abort = abort;
    try {
      return await work(abort.signal);
    } catch (thrown) {
      const failure = toStudioError(thrown);
      if (failure.code !== 'cancelled') this.#error = failure;
      return null;
    } finally {
      this.#run = null;
      this.#abort = null;
    }
  }

  protected report(run: Run): void {
    this.#run = run;
  }
}
