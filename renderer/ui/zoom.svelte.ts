import {
  EXACT,
  FITTED,
  type Frame,
  isCut,
  levelOf,
  type Look,
  panned,
  type Point,
  stepped,
  zoomed,
} from './zoom.ts';

/** How close one or several pictures are looked at together. */
export class Zoom {
  #look = $state.raw<Look>(FITTED);

  get look(): Look {
    return this.#look;
  }

  get isFitted(): boolean {
    return this.#look.level === null;
  }

  fit(): void {
    this.#look = FITTED;
  }

  /** To a level, about a point measured from the middle of the frame. */
  to(level: number, frame: Frame, at?: Point): void {
    this.#look = zoomed(this.#look, frame, level, at);
  }

  by(factor: number, frame: Frame, at?: Point): void {
    this.to(levelOf(this.#look, frame) * factor, frame, at);
  }

  step(sign: 1 | -1, frame: Frame): void {
    this.#look = stepped(this.#look, frame, sign);
  }

  /** From all of it to its very pixels, and back. */
  toggle(frame: Frame, at?: Point): void {
    if (!this.isFitted) this.fit();
    else
      this.to(
        isCut({ ...FITTED, level: EXACT }, frame) ? EXACT : 2 * levelOf(FITTED, frame),
        frame,
        at,
      );
  }

  pan(by: Point, frame: Frame): void {
    this.#look = panned(this.#look, frame, by);
  }
}
