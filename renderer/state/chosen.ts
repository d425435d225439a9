import { strings } from '../strings.ts';
import type { Between } from './between.svelte.ts';
import type { Breeding } from './breeding.svelte.ts';
import type { Create } from './create.svelte.ts';
import { focusSoon } from './focus.ts';
import type { Library } from './library.svelte.ts';
import type { Renders } from './renders.svelte.ts';
import type { Timeline } from './timeline.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { View } from './view.svelte.ts';

/** The parts of the window that portraits are chosen in, and taken to. */
export interface ChosenParts {
  readonly view: View;
  readonly toasts: Toasts;
  readonly library: Library;
  readonly create: Create;
  readonly between: Between;
  readonly timeline: Timeline;
  readonly breeding: Breeding;
  readonly renders: Renders;
}

/** The portraits that a command is about, and where they can be taken. */
export class Chosen {
  readonly #parts: ChosenParts;

  constructor(parts: ChosenParts) {
    this.#parts = parts;
  }

  /** What a command acts on: the selection, or else the portrait on the easel. */
  get ids(): readonly string[] {
    const { view, library, create } = this.#parts;
    const { ids } = library.selection;
    if (ids.length > 0) return ids;
    const id = view.place === 'library' ? undefined : create.easel.current?.id;
    return id === undefined ? [] : [id];
  }

  /** How many these are. */
  get count(): number {
    const { view, library, create } = this.#parts;
    const { size } = library.selection;
    return size > 0 ? size : view.place !== 'library' && create.easel.current ? 1 : 0;
  }

  /** The one portrait that a key is about: on the easel, or chosen in the library and not in the trash. */
  get one(): string | null {
    const { view, create, library } = this.#parts;
    if (view.place !== 'library') return create.easel.current?.id ?? null;
    const [id = ''] = this.ids;
    return library.portrait(id)?.trashedAt === null ? id : null;
  }

  /** Compares two portraits: the two selected, or the selected one with the one on the easel. */
  compare(): void {
    const { view, create, toasts } = this.#parts;
    const [left, right = create.easel.current?.id] = this.ids;
    const other = create.easel.slots.find((id) => id !== null && id !== left);
    const second = right === left ? other : right;
    if (left !== undefined && second !== null && second !== undefined)
      view.open({ kind: 'compare', left, right: second });
    else toasts.show(strings.compare.needsTwo);
  }

  /** Puts portraits at the ends of the path: one where there is room, or two at both. */
  sendToBetween(): void {
    const { between, view } = this.#parts;
    const [first, second] = this.ids;
    if (first === undefined) return;
    if (second === undefined) between.add({ kind: 'portrait', id: first });
    else {
      between.set({ a: { kind: 'portrait', id: first }, b: { kind: 'portrait', id: second } });
    }
    view.go('between');
    focusSoon('[data-end]');
  }

  /** Makes portraits the next key-frames of the timeline, in the order they were selected. */
  sendToTimeline(): void {
    const { timeline, view } = this.#parts;
    if (this.ids.length === 0) return;
    for (const id of this.ids) timeline.add({ kind: 'portrait', id });
    view.go('timeline');
  }

  /** Exports the strip in Between, the film in Timeline, and the selection everywhere else. */
  openExport(): void {
    const { view, timeline, between, renders, toasts } = this.#parts;
    if (view.place === 'timeline' && timeline.isReady) {
      if (renders.run) toasts.show(strings.timeline.oneFilm);
      else view.open({ kind: 'export-timeline' });
    } else if (view.place === 'between' && between.isReady) {
      view.open({ kind: 'export-strip' });
    } else if (this.ids.length > 0) {
      view.open({ kind: 'export', ids: this.ids });
    }
  }

  /** Mixes or breeds the portraits that are chosen; a single one with the next at hand. */
  openBreeding(): void {
    const { create, library, breeding, view, toasts } = this.#parts;
    const { ids } = this;
    const atHand = [...ids, create.easel.current?.id, ...create.easel.slots, ...library.ids]
      .filter((id) => typeof id === 'string')
      .filter((id) => library.portrait(id)?.trashedAt === null);
    const [a] = atHand;
    const b = atHand.find((id) => id !== a);
    if (a === undefined || b === undefined) toasts.show(strings.breed.needsTwo);
    else {
      breeding.begin(ids.length > 1 ? ids : [a, b]);
      view.open({ kind: 'breed' });
    }
  }
}
