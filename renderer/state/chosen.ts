import type { BoardListing } from '../../electron/contract/arrange.ts';
import { MAX_EXPORTED } from '../../electron/contract/delivery.ts';
import { strings } from '../strings.ts';
import type { AsSeen } from './as-seen.ts';
import type { Between } from './between.svelte.ts';
import type { Breeding } from './breeding.svelte.ts';
import type { Create } from './create.svelte.ts';
import { focusSoon } from './focus.ts';
import type { GridTable } from './grid.svelte.ts';
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
export const NAMED = 3;

/** The parts of the window that portraits are chosen in, and taken to. */
export interface ChosenParts {
  readonly view: View;
  readonly toasts: Toasts;
  readonly library: Library;
  readonly create: Create;
  readonly between: Between;
  readonly timeline: Timeline;
  readonly gridTable: GridTable;
  readonly breeding: Breeding;
  readonly renders: Renders;
  readonly asSeen: AsSeen;
  attempt<T>(work: () => Promise<T>): Promise<T | null>;
}

/** What is done with portraits. */
export type Act = (ids: readonly string[]) => unknown;

/** The portraits that a command is about, and where they can be taken. */
export class Chosen {
  readonly #parts: ChosenParts;

  constructor(parts: ChosenParts) {
    this.#parts = parts;
  }

  /**
   * What is chosen, as it lies in the library: what is selected in the list that is shown, or else what is on the
   * easel. Whatever does something with how portraits look takes them from `act`.
   */
  get rows(): readonly string[] {
    const { library } = this.#parts;
    return this.#isSelected ? library.selection.ids : this.#onEasel;
  }

  /** How many these are. */
  get count(): number {
    const { library } = this.#parts;
    return this.#isSelected ? library.selection.size : this.#onEasel.length;
  }

  /** Whether they are in the trash: the easel's portrait is not, whatever the library shows. */
  get areTrashed(): boolean {
    return this.#isSelected && isTrash(this.#parts.library.source);
  }

  /** The one portrait that a key is about: on the easel, or chosen in a list and not in the trash. */
  get one(): string | null {
    const { view, create, library } = this.#parts;
    if (view.place === 'create') return create.easel.current?.id ?? null;
    const [id = ''] = this.rows;
    return library.portrait(id)?.trashedAt === null ? id : null;
  }

  /** Does something with what is chosen as it is seen: an edit that is not kept is kept first. */
  async act(work: Act, ids: readonly string[] = this.rows): Promise<void> {
    const { asSeen } = this.#parts;
    await this.#parts.attempt(async () => {
      const seen = await asSeen.of(ids);
      if (seen.length > 0) await work(seen);
    });
  }

  /** Whether more is selected than what is on the easel. */
  get canClear(): boolean {
    const { view, library, create } = this.#parts;
    const { selection } = library;
    if (!this.#isSelected) return false;
    const { current } = create.easel;
    return view.place !== 'create' || selection.size > 1 || !selection.has(current?.id ?? '');
  }

  /** Lets go of what is selected; on the easel what stands there is what is left. */
  clear(): void {
    const { view, library, create } = this.#parts;
    library.selection.clear();
    if (view.place === 'create') create.easel.arrive();
  }

  /** Compares the portraits selected; a single one with the one on the easel. */
  async compare(of = this.rows): Promise<void> {
    await this.act(async (ids) => {
      const { view, create, toasts, library, asSeen } = this.#parts;
      const [first] = ids;
      const beside = [await asSeen.easel(), ...create.easel.slots].find((id) => id && id !== first);
      const compared =
        ids.length > 1 ? ids : [first, beside].filter((id) => typeof id === 'string');
      if (compared.length < MIN_COMPARED) toasts.show(strings.compare.needsTwo);
      else if (compared.length > MAX_COMPARED) toasts.show(strings.compare.tooMany(MAX_COMPARED));
      else {
        for (const id of compared) library.hold(id);
        view.open({ kind: 'compare', ids: compared });
      }
    }, of);
  }

  /** Shows the portrait large that the keyboard is at. */
  openLoupe(): void {
    const { view, library } = this.#parts;
    const { selection } = library;
    const [id] = this.rows;
    const { cursor } = selection;
    if (id !== undefined && selection.size > 1) {
      // Several are looked through from one of them.
      if (cursor === null || !selection.has(cursor)) selection.moveTo(id);
    } else if (id !== undefined && cursor === null) selection.select(id);
    if (selection.cursor !== null) view.open({ kind: 'loupe' });
  }

  /** Puts portraits at the ends of the path: one where there is room, or two at both. */
  async sendToBetween(of = this.rows): Promise<void> {
    await this.act(([first, second]) => {
      const { between, view, library } = this.#parts;
      if (first === undefined) return;
      for (const id of [first, second]) if (id !== undefined) library.hold(id);
      if (second === undefined) between.add({ kind: 'portrait', id: first });
      else {
        between.set({ a: { kind: 'portrait', id: first }, b: { kind: 'portrait', id: second } });
      }
      view.go('between');
      focusSoon('[data-end]');
    }, of);
  }

  /** Makes portraits the next key-frames of the timeline, in the order they were selected. */
  async sendToTimeline(): Promise<void> {
    await this.act((ids) => {
      const { timeline, view, library } = this.#parts;
      for (const id of ids) {
        library.hold(id);
        timeline.add({ kind: 'portrait', id });
      }
      view.go('timeline');
    });
  }

  /** Exports the strip in Between, the film in Timeline, the sheet of the grid, and what is chosen everywhere else. */
  async openExport(of = this.rows): Promise<void> {
    const { view, timeline, between, gridTable, renders, toasts } = this.#parts;
    if (view.place === 'timeline' && timeline.isReady) {
      if (renders.run) toasts.show(strings.timeline.oneFilm);
      else view.open({ kind: 'export-timeline' });
    } else if (view.place === 'between' && between.isReady) {
      view.open({ kind: 'export-strip' });
    } else if (view.place === 'grid' && gridTable.grid) {
      view.open({ kind: 'export-grid' });
    } else {
      await this.act((ids) => {
        const portraits = { by: 'ids' as const, ids: [...ids] };
        this.#export({ portraits, count: ids.length, head: ids });
      }, of);
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
    const head = await this.#parts.library.firstOf(order, NAMED);
    this.#export({ portraits: { by: 'list', ...order }, count, head, name });
  }

  #export(what: Exported): void {
    const { view, toasts, library } = this.#parts;
    if (what.count > MAX_EXPORTED) return toasts.show(strings.export.tooMany(MAX_EXPORTED));
    for (const id of what.head.slice(0, NAMED)) library.hold(id);
    view.open({ kind: 'export', what });
  }

  /** Mixes or breeds the portraits that are chosen; a single one with the next at hand. */
  async openBreeding(of = this.rows): Promise<void> {
    await this.act(async (ids) => {
      const { create, library, breeding, view, toasts, asSeen } = this.#parts;
      const atHand = [...ids, await asSeen.easel(), ...create.easel.slots, ...library.head]
        .filter((id) => typeof id === 'string')
        .filter((id) => library.portrait(id)?.trashedAt === null);
      const [a] = atHand;
      const b = atHand.find((id) => id !== a);
      if (a === undefined || b === undefined) toasts.show(strings.breed.needsTwo);
      else {
        breeding.begin(ids.length > 1 ? ids : [a, b]);
        view.open({ kind: 'breed' });
      }
    }, of);
  }

  /** Whether the list that is shown has something selected. */
  get #isSelected(): boolean {
    const { view, library } = this.#parts;
    return (view.place === 'library' || view.showsHistory) && library.selection.size > 0;
  }

  get #onEasel(): readonly string[] {
    const { view, create } = this.#parts;
    const { current } = create.easel;
    return view.place === 'create' && current ? [current.id] : [];
  }
}
