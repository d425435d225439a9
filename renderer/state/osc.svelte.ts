import { z } from 'zod';
import { toStudioError } from '../../electron/contract/errors.ts';
import {
  type LiveEvent,
  type LiveState,
  type LiveValue,
  oscPortSchema,
  USUAL_OSC_PORT,
} from '../../electron/contract/live.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { SavedValues } from './saved-values.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

const schema = z.object({ isAllowed: z.boolean(), port: oscPortSchema });

/** OSC as the engine listens to it: whether the artist allows it, and what comes. */
export class Osc {
  readonly #saved = new SavedValues('osc', schema, () => ({
    ...{ isAllowed: false, port: USUAL_OSC_PORT },
  }));
  #state = $state.raw<LiveState | null>(null);
  #following: AbortController | null = null;
  readonly #service: StudioService;
  readonly #onValues: (values: readonly LiveValue[]) => void;
  readonly #toasts: Toasts;

  constructor(
    service: StudioService,
    onValues: (values: readonly LiveValue[]) => void,
    toasts: Toasts,
  ) {
    this.#service = service;
    this.#onValues = onValues;
    this.#toasts = toasts;
  }

  /** Null while the studio does not answer. */
  get state(): LiveState | null {
    return this.#state;
  }

  get isOpen(): boolean {
    return this.port !== null;
  }

  /** Where it is listened to; null where it is not. */
  get port(): number | null {
    return this.#state?.port ?? null;
  }

  /** Where it is listened to, or will be. */
  get wanted(): number {
    return this.port ?? this.#saved.now.port;
  }

  /** Follows what comes as long as the connection stands. What was allowed before is allowed again. */
  follow(): void {
    this.#following?.abort();
    const following = new AbortController();
    this.#following = following;
    this.#state = null;
    this.#service
      .followLive({}, { signal: following.signal, onEvent: (event) => this.#take(event) })
      .catch((error: unknown) => {
        if (following.signal.aborted) return;
        this.#state = null;
        if (toStudioError(error).code !== 'disconnected') this.#toasts.fail(error);
      });
  }

  /** Lets programs of this machine in. @param port UDP */
  async allow(port: number): Promise<void> {
    this.#saved.put({ isAllowed: true, port });
    const isOpen = await this.#attempt(() => this.#service.openOsc({ port }));
    if (!isOpen) this.#saved.put({ isAllowed: false });
  }

  async forbid(): Promise<void> {
    this.#saved.put({ isAllowed: false });
    await this.#attempt(() => this.#service.closeOsc({}));
  }

  #take(event: LiveEvent): void {
    if (event.kind === 'values') return this.#onValues(event.values);
    const isFirst = this.#state === null;
    const wasOpen = this.isOpen;
    this.#state = event.state;
    const { isAllowed, port } = this.#saved.now;
    if (isFirst && isAllowed && !this.isOpen) void this.allow(port);
    // Another window, or this one, has put an end to it.
    if (wasOpen && !this.isOpen) this.#saved.put({ isAllowed: false });
  }

  /** Whether it was done; why not is told. */
  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#toasts.fail(error);
      return false;
    }
  }
}
