import type { StudioEvent } from '../../contract/status.ts';
import { aborted } from '../jobs/abort.ts';

export type OnEvent = (event: StudioEvent) => void;

/** Passes on to every listener what is published. */
export class EventBus {
  readonly #listeners = new Set<OnEvent>();

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  publish(event: StudioEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Listens until the signal fires, and then rejects with `cancelled`. */
  async listen(listener: OnEvent, signal: AbortSignal | undefined): Promise<never> {
    this.#listeners.add(listener);
    try {
      return await aborted(signal);
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
