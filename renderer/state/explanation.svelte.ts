import { z } from 'zod';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import type { Explanation } from '../../electron/contract/explain.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { load, save } from './saved.ts';

/** An artist who walks on within this time is not told. */
const REST_MS = 300;

/** What the portrait that is looked at means. Nothing is asked for until the artist wants to know. */
export class Explanations {
  #wanted = $state(load('explain', z.boolean()) ?? false);
  #of: string | null = null;
  #value = $state.raw<Explanation | null>(null);
  #progress = $state.raw<{ done: number; total: number } | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #service: StudioService;

  constructor(service: StudioService) {
    this.#service = service;
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  get value(): Explanation | null {
    return this.#value;
  }

  /** How far the pack's vocabulary has been read; null when it is not being read. */
  get progress(): { done: number; total: number } | null {
    return this.#progress;
  }

  get error(): StudioError | null {
    return this.#error;
  }

  want(wanted: boolean): void {
    this.#wanted = wanted;
    save('explain', wanted);
    this.look(this.#of);
  }

  /** Turns to another portrait. */
  look(of: string | null): void {
    this.#abort?.abort();
    clearTimeout(this.#timer);
    if (of !== this.#of) this.#value = null;
    this.#of = of;
    this.#progress = null;
    this.#error = null;
    if (of === null || !this.#wanted) return;
    this.#timer = setTimeout(() => void this.#explain(of), REST_MS);
  }

  async #explain(id: string): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    try {
      const value = await this.#service.explain(
        { id },
        {
          signal,
          onEvent: (event) => {
            if (event.kind === 'advanced' && !signal.aborted)
              this.#progress = { done: event.done, total: event.total };
          },
        },
      );
      if (!signal.aborted) this.#value = value;
    } catch (error) {
      if (!signal.aborted) this.#error = toStudioError(error);
    }
    if (!signal.aborted) this.#progress = null;
  }
}
