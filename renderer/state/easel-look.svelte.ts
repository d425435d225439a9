import { Zoom } from '../ui/zoom.svelte.ts';
import type { Frame } from '../ui/zoom.ts';
import type { Edits } from './edits.svelte.ts';
import type { Easel } from './easel.svelte.ts';
import type { Library } from './library.svelte.ts';

/** How the portrait on the easel is looked at: how close, and whether as it was before. */
export class EaselLook {
  #seesBefore = $state(false);
  readonly #easel: Easel;
  readonly #edits: Edits;
  readonly #library: Library;
  /** The same for one portrait after the other: what is compared stays where it is. */
  readonly zoom = new Zoom();
  /** Where it is shown; undefined while nobody sees it. */
  frame = $state.raw<Frame>();

  constructor(easel: Easel, edits: Edits, library: Library) {
    this.#easel = easel;
    this.#edits = edits;
    this.#library = library;
  }

  /** The portrait as it was before: without what was done to it, or the one that it was made from; null where there is none. */
  get before(): string | null {
    const { current } = this.#easel;
    if (!current) return null;
    if (this.#edits.of === current.id && this.#edits.isEdited) return current.id;
    const [parent, ...others] = current.parents;
    if (parent === undefined || others.length > 0) return null;
    return this.#library.portrait(parent) ? parent : null;
  }

  /** Whether the one before is seen in its place. */
  get isBefore(): boolean {
    return this.#seesBefore && this.before !== null;
  }

  /** Shows the one before until it is let go. */
  hold(): void {
    this.#seesBefore = true;
  }

  /** Shows again what is on the easel, which is what actions act on. */
  letGo(): void {
    this.#seesBefore = false;
  }
}
