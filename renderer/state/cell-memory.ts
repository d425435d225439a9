import type { Frame, FrameSize } from '../../electron/contract/draw.ts';

/** A frame, the cell that it is of, and how it was drawn. */
export interface CellFrame {
  readonly of: string;
  readonly frame: Frame;
  readonly size: FrameSize;
}

/** Frames that are remembered, of 200 kB each in the packs there are. */
const KEPT = 400;

/** What was drawn of cells last; the one unused for longest makes room. */
export class CellMemory {
  readonly #frames = new Map<string, CellFrame>();

  get(of: string): CellFrame | undefined {
    return this.#frames.get(of);
  }

  put(frame: CellFrame): void {
    this.#frames.delete(frame.of);
    this.#frames.set(frame.of, frame);
    const [oldest] = this.#frames.keys();
    if (this.#frames.size > KEPT && oldest !== undefined) this.#frames.delete(oldest);
  }

  clear(): void {
    this.#frames.clear();
  }
}
