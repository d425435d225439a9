import type { OnProgress, ProgressEvent } from '../../contract/progress.ts';

/** Those who wait for the same work: all are told how far it is, whoever began it. */
export class ProgressListeners {
  readonly #listeners = new Set<OnProgress>();

  readonly tell: OnProgress = (event: ProgressEvent) => {
    for (const listener of this.#listeners) listener(event);
  };

  /** Has `onProgress` told what is to be told while the work lasts. */
  async during<T>(work: () => Promise<T>, onProgress: OnProgress | undefined): Promise<T> {
    // One of its own for each, since two may listen with the same function.
    const listener: OnProgress = (event) => onProgress?.(event);
    this.#listeners.add(listener);
    try {
      return await work();
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
