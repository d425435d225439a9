import type { Frame, FrameSize } from '../../electron/contract/draw.ts';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import { LatestLoop } from './latest.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';

/** How long a value must rest before it is drawn at full size, where nobody can tell when a hand lets go. */
export const SETTLE_MS = 180;

/** A frame, and whether it was drawn before even steps were measured. */
type Drawn = Frame & { readonly provisional?: boolean };

interface Shown<T> {
  readonly frame: Frame;
  readonly value: T;
  readonly isProvisional: boolean;
  readonly isExact: boolean;
}

/** How a preview asks for a frame. */
export interface Ask {
  /** A newer frame of the same channel makes an older one pointless. */
  readonly channel: string;
  readonly size: FrameSize;
  /** Whether the hand moves on: then soon is more than exact. */
  readonly moving: boolean;
}

export interface LivePreviewOptions<T> {
  /** What is previewed, as its channel is called. */
  readonly name: string;
  /** Of what size frames are while the hand moves. */
  readonly speed: FrameSpeed;
  draw(value: T, ask: Ask, signal: AbortSignal): Promise<Drawn>;
  /** Hears of every frame that was drawn and is shown now; `settled` where the hand has come to rest. */
  onFrame?(value: T, settled: boolean): void;
  /** Hears that there is something wrong. */
  onFail?(): void;
}

/**
 * What is seen of a value that a hand moves: quick frames while it moves, an exact one where it rests, the
 * newest value first. Frames that were overtaken are no errors; what broke off with the connection is asked
 * for again with the next.
 */
export class LivePreview<T> {
  #shown = $state.raw<Shown<T> | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #isDrawing = $state(false);
  #settle: ReturnType<typeof setTimeout> | undefined;
  /** What the connection broke off from. */
  #lost: { value: T; settled: boolean } | null = null;
  readonly #options: LivePreviewOptions<T>;
  readonly #loop: LatestLoop<T, Drawn>;
  /** Two windows on one studio must not take each other's frames for stale. */
  readonly channel: string;

  constructor(options: LivePreviewOptions<T>) {
    this.#options = options;
    this.channel = `${options.name}/${crypto.randomUUID()}`;
    this.#loop = new LatestLoop({
      render: (value, settled, signal) => this.#draw(value, settled, signal),
      deliver: (frame, value, settled) => {
        this.show(frame, value, settled);
        options.onFrame?.(value, settled);
      },
      fail: (error, value, settled) => {
        if (toStudioError(error).code === 'disconnected') this.#lost = { value, settled };
        this.fail(error);
      },
    });
  }

  /** Null before there is anything to see. */
  get frame(): Frame | null {
    return this.#shown?.frame ?? null;
  }

  /** What the frame shows: behind the hand by as much as drawing takes. */
  get value(): T | null {
    return this.#shown?.value ?? null;
  }

  /** Even steps are being measured still, so that the frame is not quite the right one. */
  get isProvisional(): boolean {
    return this.#shown?.isProvisional ?? false;
  }

  /** Whether the frame is exactly that of its value, and not one that came soon. */
  get isExact(): boolean {
    return this.#shown?.isExact ?? false;
  }

  /** Whether a frame is being drawn. */
  get isDrawing(): boolean {
    return this.#isDrawing;
  }

  /** What is wrong, until the next frame. */
  get error(): StudioError | null {
    return this.#error;
  }

  dismissError(): void {
    this.#error = null;
  }

  /** Draws a value; `settled` when the hand has let go. */
  request(value: T, settled: boolean): void {
    clearTimeout(this.#settle);
    this.#lost = null;
    this.#loop.request(value, settled);
  }

  /** Draws a value that may move on: quickly at once, and exactly when it has come to rest. */
  follow(value: T): void {
    this.request(value, false);
    this.#settle = setTimeout(() => this.request(value, true), SETTLE_MS);
  }

  /** Shows a frame that is known already. */
  show(frame: Drawn, value: T, isExact: boolean): void {
    this.#shown = { frame, value, isExact, isProvisional: frame.provisional ?? false };
    this.#error = null;
  }

  /** Draws no more; what is seen stays. */
  stop(): void {
    clearTimeout(this.#settle);
    this.#lost = null;
    this.#loop.stop();
  }

  /** There is nothing to be seen, and nothing wrong with it. */
  clear(): void {
    this.stop();
    this.#shown = null;
    this.#error = null;
  }

  /** Asks again for what the connection broke off from. */
  retry(): void {
    if (this.#lost) this.request(this.#lost.value, this.#lost.settled);
  }

  /** Tells of what went wrong here or beside the preview. What was cancelled or overtaken did not. */
  fail(error: unknown): void {
    const failure = toStudioError(error);
    if (failure.code === 'cancelled' || failure.code === 'superseded') return;
    this.#error = failure;
    this.#options.onFail?.();
  }

  async #draw(value: T, settled: boolean, signal: AbortSignal): Promise<Drawn> {
    const { speed, draw } = this.#options;
    const { channel } = this;
    const size = settled ? 'full' : speed.size;
    const begun = performance.now();
    this.#isDrawing = true;
    try {
      const frame = await draw(value, { channel, size, moving: !settled }, signal);
      if (size === 'full' && !signal.aborted) speed.note(performance.now() - begun);
      return frame;
    } finally {
      this.#isDrawing = false;
    }
  }
}
