import type { strings } from '../strings.ts';
import type { View } from './view.svelte.ts';

/** What the tour stops at, in its order, and how each is found in the window. */
export const TOUR = [
  { stop: 'words', at: '[data-tour=words]' },
  { stop: 'next', at: '[data-tour=next]' },
  { stop: 'places', at: '[data-tour=places]' },
  { stop: 'inspector', at: '[data-tour=inspector]' },
  { stop: 'history', at: '[data-history]' },
  { stop: 'commands', at: '[data-tour=commands]' },
] as const satisfies readonly { stop: keyof typeof strings.tour.stops; at: string }[];
export type TourStop = (typeof TOUR)[number];

/** A minute through the controls of the window, which go on working meanwhile. */
export class Tour {
  readonly #view: View;
  readonly #find: (selector: string) => Element | null;
  /** Where it stands among those that are there; null where it is not under way. */
  #at = $state.raw<number | null>(null);
  #stops = $state.raw<readonly TourStop[]>([]);

  /** @param find what is shown in the window */
  constructor(view: View, find: (selector: string) => Element | null) {
    this.#view = view;
    this.#find = find;
  }

  get stop(): TourStop | null {
    return this.#at === null ? null : (this.#stops[this.#at] ?? null);
  }

  /** The first is 1. */
  get number(): number {
    return (this.#at ?? 0) + 1;
  }

  get count(): number {
    return this.#stops.length;
  }

  get isLast(): boolean {
    return this.number === this.count;
  }

  /** What it stands at, in the window. */
  get target(): Element | null {
    return this.stop && this.#find(this.stop.at);
  }

  /** Begins with the words, whatever place is shown; what is folded away is left out. */
  start(): void {
    this.#view.go('create');
    // Once the place is shown.
    requestAnimationFrame(() => {
      this.#stops = TOUR.filter(({ at }) => this.#find(at) !== null);
      this.#at = this.#stops.length > 0 ? 0 : null;
    });
  }

  /** To the next that is still there, or to the end. */
  next(): void {
    this.#step(1);
  }

  back(): void {
    if (this.number > 1) this.#step(-1);
  }

  end(): void {
    this.#at = null;
  }

  #step(by: 1 | -1): void {
    if (this.#at === null) return;
    const before = this.#stops.slice(0, this.#at).toReversed();
    const others = by > 0 ? this.#stops.slice(this.#at + 1) : before;
    const stop = others.find(({ at }) => this.#find(at) !== null);
    if (stop) this.#at = this.#stops.indexOf(stop);
    else if (by > 0) this.end();
  }
}
