import type { Point } from '../ui/zoom.ts';

/** A rectangle of the content, in px. */
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** So near to an edge, in px, the content moves on under the pointer. */
const EDGE = 36;
/** How far it moves at the edge itself, in px a frame. */
const SPEED = 28;
/** A hand that trembles makes no rectangle, in px. */
const STILL = 4;

/** A rectangle that is drawn over what is selected, while the pointer is held. */
export class RubberBand {
  #from: Point | null = null;
  #rectangle = $state.raw<Rectangle | null>(null);

  get rectangle(): Rectangle | null {
    return this.#rectangle;
  }

  /** @param at in the content */
  begin(at: Point): void {
    this.#from = at;
  }

  /** @returns whether there is a rectangle */
  drawTo({ x, y }: Point): boolean {
    if (!this.#from) return false;
    const { x: startX, y: startY } = this.#from;
    const isDrawn = this.#rectangle !== null || Math.hypot(x - startX, y - startY) > STILL;
    if (!isDrawn) return false;
    this.#rectangle = {
      left: Math.min(x, startX),
      right: Math.max(x, startX),
      top: Math.min(y, startY),
      bottom: Math.max(y, startY),
    };
    return true;
  }

  /** @returns whether there was a rectangle */
  end(): boolean {
    const wasDrawn = this.#rectangle !== null;
    this.#from = null;
    this.#rectangle = null;
    return wasDrawn;
  }
}

/** How far the content moves for a pointer so far below the upper edge of what is seen, in px a frame. */
export function pull(below: number, viewport: number): number {
  if (below < EDGE) return -SPEED * Math.min(1, (EDGE - below) / EDGE);
  const above = viewport - below;
  return above < EDGE ? SPEED * Math.min(1, (EDGE - above) / EDGE) : 0;
}
