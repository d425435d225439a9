import type { BoardListing } from '../../electron/contract/arrange.ts';
import { MAX_EXPORTED } from '../../electron/contract/delivery.ts';
import { strings } from '../strings.ts';
import type { Between } from './between.svelte.ts';
import type { Breeding } from './breeding.svelte.ts';
import type { Create } from './create.svelte.ts';
import { focusSoon } from './focus.ts';
import type { Library } from './library.svelte.ts';
import type { Renders } from './renders.svelte.ts';
import { isTrash, selectionOf } from './source.ts';
import type { Timeline } from './timeline.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Exported, View } from './view.svelte.ts';

/** How many portraits are compared at once. */
const MIN_COMPARED = 2;
const MAX_COMPARED = 9;

/** Portraits whose names an export shows beforehand. */
const NAMED = 3;

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

  /** Whether they are in the trash: the easel's portrait is not, whatever the library shows. */
  get areTrashed(): boolean {
    const { selection, source } = this.#parts.library;
    return selection.size > 0 && isTrash(source);
  }

  /** The one portrait that a key is about: on the easel, or chosen in the library and not in the trash. */
  get one(): string | null {
    const { view, create, library } = this.#parts;
    if (view.place !== 'library') return create.easel.current?.id ?? null;
    const [id = ''] = this.ids;
    return library.portrait(id)?.trashedAt === null ? id : null;
  }

  /** Compares the portraits selected; a single one with the one on the easel. */
  compare(): void {
    const { view, create, toasts } = this.#parts;
    const { ids } = this;
    const [first] = ids;
    const beside = [create.easel.current?.id, ...create.easel.slots].find(
      (id) => id && id !== first,
    );
    const compared = ids.length > 1 ? ids : [first, beside].filter((id) => typeof id === 'string');
    if (compared.length < MIN_COMPARED) toasts.show(strings.compare.needsTwo);
    else if (compared.length > MAX_COMPARED) toasts.show(strings.compare.tooMany(MAX_COMPARED));
    else {
      for (const id of compared) this.#parts.library.hold(id);
      view.open({ kind: 'compare', ids: compared });
    }
  }

  /** Shows the portrait large that the keyboard is at. */
  openLoupe(): void {
    const { view, library } = this.#parts;
    const { selection } = library;
    const [id] = this.ids;
    const { cursor } = selection;
    if (id !== undefined && selection.size > 1) {
      // Several are looked through from one of them.
      if (cursor === null || !selection.has(cursor)) selection.moveTo(id);
    } else if (id !== undefined && cursor === null) selection.select(id);
    if (selection.cursor !== null) view.open({ kind: 'loupe' });
  }

  /** Puts portraits at the ends of the path: one where there is room, or two at both. */
  sendToBetween(): void {
    const { between, view, library } = this.#parts;
    const [first, second] = this.ids;
    if (first === undefined) return;
    for (const id of [first, second]) if (id !== undefined) library.hold(id);
    if (second === undefined) between.add({ kind: 'portrait', id: first });
    else {
      between.set({ a: { kind: 'portrait', id: first }, b: { kind: 'portrait', id: second } });
    }
    view.go('between');
    focusSoon('[data-end]');
  }

  /** Makes portraits the next key-frames of the timeline, in the order they were selected. */
  sendToTimeline(): void {
    const { timeline, view, library } = this.#parts;
    if (this.ids.length === 0) return;
    for (const id of this.ids) {
      library.hold(id);
      timeline.add({ kind: 'portrait', id });
    }
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
      const { ids } = this;
      const portraits = { by: 'ids' as const, ids: [...ids] };
      this.#export({ portraits, count: ids.length, head: ids });
    }
  }

  /** Exports all that the library shows, selected or not. */
  openExportAll(name?: string): void {
    const { source, total, head } = this.#parts.library;
    this.#export({ portraits: selectionOf(source, total), count: total, head, name });
  }

  /** Exports a board, shown or not, in its order. */
  async openBoardExport({ id: board, name, count }: BoardListing): Promise<void> {
    const order = { board, sort: 'board' as const };
    const head = await this.#parts.library.firstOf(order);
    this.#export({ portraits: { by: 'list', ...order }, count, head, name });
  }

  #export(what: Exported): void {
    const { view, toasts, library } = this.#parts;
    if (what.count > MAX_EXPORTED) return toasts.show(strings.export.tooMany(MAX_EXPORTED));
    for (const id of what.head.slice(0, NAMED)) library.hold(id);
    view.open({ kind: 'export', what });
  }

  /** Mixes or breeds the portraits that are chosen; a single one with the next at hand. */
  openBreeding(): void {
    const { create, library, breeding, view, toasts } = this.#parts;
    const { ids } = this;
    const atHand = [...ids, create.easel.current?.id, ...create.easel.slots, ...library.head]
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
