import type { Frame } from '../../electron/contract/draw.ts';

/** Frames that were drawn, up to so many bytes; the one unused for longest makes room. */
export class FrameCache {
  readonly #capacity: number;
  readonly #frames = new Map<string, Frame>();
  #bytes = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): Frame | null {
    const frame = this.#frames.get(key);
    if (!frame) return null;
    this.#frames.delete(key);
    this.#frames.set(key, frame);
    return frame;
  }

  has(key: string): boolean {
    return this.#frames.has(key);
  }

  set(key: string, frame: Frame): void {
    this.#drop(key);
    this.#frames.set(key, frame);
    this.#bytes += frame.pixels.length;
    for (const oldest of this.#frames.keys()) {
      if (this.#bytes <= this.#capacity) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#frames.get(key)?.pixels.length ?? 0;
    this.#frames.delete(key);
  }
}
