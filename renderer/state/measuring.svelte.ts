import type { Between } from '../../electron/contract/draw.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';

/** How far the measuring of a path is. */
export interface Measured {
  /** Pictures that are drawn of it. */
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
}

/** How long the hand must rest before a path is measured: words come letter by letter. */
const REST_MS = 350;

/** The measuring of the path that is looked at for even steps. What fails is told by whoever draws it. */
export class Measuring {
  #now = $state.raw<Measured | null>(null);
  #of: string | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #service: StudioService;

  constructor(service: StudioService) {
    this.#service = service;
  }

  /** Null while nothing is being measured. */
  get now(): Measured | null {
    return this.#now;
  }

  /** Turns to a path; null where no steps are to be even. */
  follow(between: Between | null): void {
    const of = between && JSON.stringify(between);
    if (of === this.#of) return;
    this.stop();
    this.#of = of;
    if (between) this.#timer = setTimeout(() => void this.#measure(between), REST_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#of = null;
    this.#now = null;
  }

  async #measure(between: Between): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    this.#abort = abort;
    const onEvent = advancesOf('measure', ({ done, total, remainingMs }) => {
      if (!signal.aborted) this.#now = { done, total, remainingMs };
    });
    await this.#service.measure(between, { signal, onEvent }).catch(() => undefined);
    if (!signal.aborted) this.#now = null;
  }
}
