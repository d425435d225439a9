import type { Frame } from '../../electron/contract/draw.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';
import type { TimelineFrames } from './timeline-frames.ts';
import type { Timeline } from './timeline.svelte.ts';

/** What is drawn ahead may fill most of the memory for frames; the rest is for what is looked at. */
const AHEAD_BYTES = 96_000_000;
/** How long the hand must rest before frames are drawn ahead. */
const REST_MS = 500;
/** How long to wait for a path to be measured before asking again. */
const MEASURE_DELAY_MS = 400;
/** Pictures along the axis. */
export const THUMBNAILS = 16;

/**
 * Draws the frames of a timeline while nothing else is done, those along the axis first, so that
 * scrubbing has nothing to wait for. Of a film that does not fit into memory, as many as do, evenly spread.
 */
export class FramesAhead {
  #thumbnails = $state.raw<readonly (Frame | null)[]>([]);
  #progress = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;
  readonly #timeline: Timeline;
  readonly #frames: TimelineFrames;
  readonly #speed: FrameSpeed;
  readonly #channel: string;
  readonly #fail: (error: unknown) => void;

  constructor(
    timeline: Timeline,
    frames: TimelineFrames,
    speed: FrameSpeed,
    channel: string,
    fail: (error: unknown) => void,
  ) {
    this.#timeline = timeline;
    this.#frames = frames;
    this.#speed = speed;
    this.#channel = channel;
    this.#fail = fail;
  }

  get thumbnails(): readonly (Frame | null)[] {
    return this.#thumbnails;
  }

  /** What part of the frames is drawn, from 0 to 1. */
  get progress(): number {
    return this.#progress;
  }

  /** Draws when the hand has come to rest. */
  drawSoon(): void {
    this.stop();
    this.#timer = setTimeout(() => void this.#draw(), REST_MS);
  }

  stop(): void {
    this.#abort?.abort();
    clearTimeout(this.#timer);
  }

  async #draw(): Promise<void> {
    if (!this.#timeline.isReady) {
      this.#thumbnails = [];
      this.#progress = 0;
      return;
    }
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const size = await this.#drawThumbnails(abort.signal);
      await this.#drawFilm(size, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    }
  }

  /** @returns how many bytes a frame has */
  async #drawThumbnails(signal: AbortSignal): Promise<number> {
    const { frames } = this.#timeline;
    const marks = Array.from({ length: THUMBNAILS }, (_, i) =>
      Math.round((i / (THUMBNAILS - 1)) * (frames - 1)),
    );
    let size = 1;
    for (const [i, index] of marks.entries()) {
      const frame = await this.#drawFrame(index, signal);
      size = frame?.pixels.length ?? size;
      if (this.#thumbnails.length !== marks.length) this.#thumbnails = marks.map(() => null);
      this.#thumbnails = this.#thumbnails.with(i, frame);
    }
    return size;
  }

  async #drawFilm(size: number, signal: AbortSignal): Promise<void> {
    const { frames } = this.#timeline;
    const every = Math.ceil((frames * size) / AHEAD_BYTES);
    let drawn = 0;
    for (let index = 0; index < frames; index += every) {
      await this.#drawFrame(index, signal);
      this.#progress = ++drawn / frames;
    }
  }

  async #drawFrame(index: number, signal: AbortSignal): Promise<Frame | null> {
    const request = this.#frames.at(index);
    if (!request) return null;
    for (;;) {
      const known = this.#frames.known(request, true);
      if (known) return known;
      const ask = { channel: this.#channel, size: this.#speed.size, moving: true };
      const { provisional } = await this.#frames.draw(request, ask, signal);
      signal.throwIfAborted();
      if (provisional) await new Promise((resolve) => setTimeout(resolve, MEASURE_DELAY_MS));
      signal.throwIfAborted();
    }
  }
}
