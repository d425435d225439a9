import type { AtlasPoint } from '../../electron/contract/atlas.ts';

/** A hand that moves less than this has clicked. */
const STILL = 4;
/** Points of a lasso are at least so far apart, in pixels. */
const APART = 6;
const FEWEST = 3;
const MOST = 2_000;

export interface Gestures {
  onpan(dx: number, dy: number): void;
  onlasso(line: readonly AtlasPoint[]): void;
  onclick(at: AtlasPoint): void;
}

type Pointer = Pick<PointerEvent, 'clientX' | 'clientY' | 'currentTarget'>;

/** What a hand does on an empty part of the map: it moves it, draws around portraits, or points at a place. */
export class Gesture {
  /** The line that is drawn around portraits; null while none is. */
  line = $state.raw<readonly AtlasPoint[] | null>(null);
  #last: AtlasPoint | null = null;
  #moved = 0;
  readonly #gestures: Gestures;

  constructor(gestures: Gestures) {
    this.#gestures = gestures;
  }

  /** Where on the map an event is. */
  placeOf({ clientX, clientY, currentTarget }: Pick<MouseEvent, keyof Pointer>): AtlasPoint {
    const box = (currentTarget as HTMLElement).getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  }

  begin(event: PointerEvent, lassoing: boolean): void {
    // What lies on the map hears its own clicks.
    if (event.button !== 0 || event.target !== event.currentTarget) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#last = this.placeOf(event);
    this.#moved = 0;
    if (lassoing || event.shiftKey) this.line = [this.#last];
  }

  move(event: PointerEvent): void {
    if (!this.#last) return;
    const at = this.placeOf(event);
    const [dx, dy] = [at.x - this.#last.x, at.y - this.#last.y];
    this.#moved += Math.hypot(dx, dy);
    if (this.line === null) {
      this.#last = at;
      if (this.#moved > STILL) this.#gestures.onpan(dx, dy);
    } else if (Math.hypot(dx, dy) >= APART && this.line.length < MOST) {
      this.#last = at;
      this.line = [...this.line, at];
    }
  }

  end(event: PointerEvent): void {
    const { line } = this;
    if (!this.#last) return;
    this.cancel();
    if (line !== null && line.length >= FEWEST) this.#gestures.onlasso(line);
    else if (this.#moved <= STILL) this.#gestures.onclick(this.placeOf(event));
  }

  cancel(): void {
    this.line = null;
    this.#last = null;
  }
}
