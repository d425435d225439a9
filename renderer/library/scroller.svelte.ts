import { offsetToReveal } from './grid.ts';
import {
  followScroll,
  isStuck,
  positionOf,
  type ScrollScale,
  scrollScale,
} from './scaled-scroll.ts';

/** How long nothing moves until the scroll bar is put where it belongs. */
const REST_MS = 200;

/** An element that is scrolled through content of any length, along one axis. */
export class Scroller {
  /** Where the content is scrolled to, in px. */
  #offset = $state(0);
  #position = $state(0);
  /** Length of what is seen at once, in px. */
  viewport = $state(0);
  #element: HTMLElement | undefined = $state.raw();
  #resting: ReturnType<typeof setTimeout> | undefined;
  readonly #axis: 'scrollTop' | 'scrollLeft';
  readonly #content: () => number;
  readonly #scale: ScrollScale = $derived.by(() => scrollScale(this.#content(), this.viewport));

  /** @param content how long all of it is, in px */
  constructor(axis: 'scrollTop' | 'scrollLeft', content: () => number) {
    this.#axis = axis;
    this.#content = content;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Length of the sheet that the browser scrolls. */
  get sheet(): number {
    return this.#scale.sheet;
  }

  /** What is added to a place in the content to have its place on the sheet. */
  get shift(): number {
    return this.#position - this.#offset;
  }

  /** Attaches to the element that scrolls. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    return () => {
      clearTimeout(this.#resting);
      this.#element = undefined;
    };
  };

  /** The furthest it can be scrolled. */
  get last(): number {
    return Math.max(0, this.#scale.content - this.viewport);
  }

  focus(): void {
    this.#element?.focus({ preventScroll: true });
  }

  readonly onscroll = (): void => {
    if (!this.#element) return;
    const position = this.#element[this.#axis];
    if (position === this.#position) return;
    const from = { position: this.#position, offset: this.#offset };
    this.#offset = followScroll(this.#scale, from, position);
    this.#position = position;
    clearTimeout(this.#resting);
    if (isStuck(this.#scale, position, this.#offset)) this.#settle();
    else this.#resting = setTimeout(() => this.#settle(), REST_MS);
  };

  /** Scrolls so that the content begins at a place in it. */
  scrollTo(offset: number): void {
    this.#offset = Math.min(this.last, Math.max(0, offset));
    this.#settle();
  }

  /** Scrolls no further than it must to show all of a part. */
  reveal(start: number, end: number, margin: number): void {
    if (!this.#element || this.viewport === 0) return;
    const target = offsetToReveal(start, end, this.#offset, this.viewport, margin);
    if (target !== this.#offset) this.scrollTo(target);
  }

  /** Puts the scroll bar where it belongs; what is seen stays. */
  #settle(): void {
    clearTimeout(this.#resting);
    const target = positionOf(this.#scale, this.#offset);
    if (!this.#element || Math.abs(target - this.#position) < 1) return;
    this.#element[this.#axis] = target;
    // Browsers round it.
    this.#position = this.#element[this.#axis];
  }
}
