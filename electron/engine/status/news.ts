import type { StudioEvent } from '../../contract/status.ts';
import { aborted } from '../jobs/abort.ts';

export type OnNews = (event: StudioEvent) => void;

/** Passes on to every listener what is told. */
export class News {
  readonly #listeners = new Set<OnNews>();

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  tell(event: StudioEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Listens until the signal fires, and then rejects with `cancelled`. */
  async listen(listener: OnNews, signal: AbortSignal | undefined): Promise<never> {
    this.#listeners.add(listener);
    try {
      return await aborted(signal);
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
