import type { StudioService } from '../../electron/contract/service.ts';
import { type Day, toDay } from './day.ts';
import type { Source } from './source.ts';

/** As many days as can be told at once: 27 years. */
const MOST_DAYS = 10_000;
/** News in a row are answered once. */
const NEWS_PAUSE_MS = 1_000;

/** The days on which the portraits of a list by date were made, in its order. */
export class Days {
  #all = $state.raw<readonly Day[]>([]);
  #isStale = $state(true);
  #forgetting: ReturnType<typeof setTimeout> | undefined;
  readonly #service: StudioService;
  readonly #source: () => Source;

  constructor(service: StudioService, source: () => Source) {
    this.#service = service;
    this.#source = source;
  }

  get all(): readonly Day[] {
    return this.#all;
  }

  /** Reads them where they are not known, or not any more. Without them only the way to jump to them is missing. */
  async read(): Promise<void> {
    if (!this.#isStale) return;
    this.#isStale = false;
    const source = this.#source();
    const { query, reverse } = source;
    const groups = await this.#service
      .groups({ query, by: 'day', limit: MOST_DAYS })
      .catch(() => []);
    // Those of a list that is not shown any more.
    if (source !== this.#source()) return;
    const days = groups.map(toDay);
    this.#all = reverse ? days.toReversed() : days;
  }

  /** Another list is shown. */
  reset(): void {
    clearTimeout(this.#forgetting);
    this.#forgetting = undefined;
    this.#all = [];
    this.#isStale = true;
  }

  /** They have become others. */
  forget(): void {
    if (this.#forgetting !== undefined) return;
    this.#forgetting = setTimeout(() => {
      this.#forgetting = undefined;
      this.#isStale = true;
    }, NEWS_PAUSE_MS);
  }
}
