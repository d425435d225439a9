import type { StudioService } from '../../electron/contract/service.ts';

/** A picture of what a pack draws, and the words it was drawn of. */
export interface ShownSample {
  readonly prompt: string;
  readonly url: string;
}

/** A few pictures of what a pack draws, as they come. */
export class PackSamples {
  readonly #service: StudioService;
  #items = $state.raw<readonly (ShownSample | null)[]>([]);

  constructor(service: StudioService) {
    this.#service = service;
  }

  /** Null where one is still to come. */
  get items(): readonly (ShownSample | null)[] {
    return this.#items;
  }

  /**
   * Asks for those of a pack, by default of the one in use. What cannot be drawn is not shown.
   *
   * @returns stops, and lets the pictures go
   */
  follow(handle?: string): () => void {
    const abort = new AbortController();
    const urls: string[] = [];
    this.#items = [];
    this.#service
      .packSamples(handle === undefined ? {} : { handle }, {
        signal: abort.signal,
        onEvent: ({ index, total, prompt, bytes }) => {
          if (abort.signal.aborted) return;
          const url = URL.createObjectURL(new Blob([bytes]));
          urls.push(url);
          const items = Array.from({ length: total }, (_, at) => this.#items[at] ?? null);
          this.#items = items.with(index, { prompt, url });
        },
      })
      .catch(() => {
        this.#items = this.#items.filter((item) => item !== null);
      });
    return () => {
      abort.abort();
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }
}
