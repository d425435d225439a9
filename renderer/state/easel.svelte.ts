import { SvelteSet } from 'svelte/reactivity';
import { z } from 'zod';
import { MAX_COUNT } from '../../electron/contract/draw.ts';
import { generationIdSchema, type Generation } from '../../electron/contract/generation.ts';
import { strings } from '../strings.ts';
import type { Library } from './library.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';

export const easelSchema = z.object({
  candidates: z.array(generationIdSchema).max(MAX_COUNT),
  current: generationIdSchema.nullable(),
});

/** Candidates that have landed, and null where one is still coming. */
export type Slots = readonly (string | null)[];

/** What stands on the easel, and what beside it. */
export interface EaselContent {
  readonly slots: Slots;
  readonly current: string | null;
}

/** Draws in progress: how many places they have, and which of them are filled. */
export interface Coming {
  readonly places: (string | null)[];
  readonly before: EaselContent;
  /** How often the artist had chosen when they began. */
  readonly choices: number;
  /** The one of them that fits the words best so far. */
  best: Generation | null;
}

/** The portrait that is looked at, and the candidates it was chosen from. */
export class Easel {
  #slots = $state.raw<Slots>([]);
  #current = $state<string | null>(null);
  /** How often the artist has said what is to be on the easel. */
  #choices = 0;
  /** Whether candidates are still coming. */
  #isWaiting = $state(false);
  /** Those that left the easel last, and their way back. */
  #left: { readonly ids: readonly string[]; takeBack(): void } | null = null;
  /** Moved to the trash while this window has been open. */
  readonly #gone = new SvelteSet<string>();
  readonly #library: Library;
  readonly #undo: UndoStack;
  readonly #isSeen: () => boolean;
  readonly #onChange: () => void;

  /**
   * @param isSeen whether the artist is where the easel is: only there the selection follows it
   * @param onChange called when there is something else to be saved
   */
  constructor(library: Library, undo: UndoStack, isSeen: () => boolean, onChange: () => void) {
    this.#library = library;
    this.#undo = undo;
    this.#isSeen = isSeen;
    this.#onChange = onChange;
  }

  get slots(): Slots {
    return this.#slots;
  }

  /** The portrait on the easel. */
  get current(): Generation | null {
    return (this.#current !== null && this.#library.portrait(this.#current)) || null;
  }

  get content(): EaselContent {
    return { slots: this.#slots, current: this.#current };
  }

  /** All that stands there. */
  get ids(): string[] {
    const { candidates } = this;
    const current = this.#current;
    return current === null || candidates.includes(current) ? candidates : [...candidates, current];
  }

  /** Candidates that have landed. */
  get candidates(): string[] {
    return this.#slots.filter((id) => id !== null);
  }

  /** Brings back what stood there, as far as it is still in the library; else the newest portrait. */
  resume(candidates: readonly string[], current: string | null): void {
    const isThere = (id: string | null) =>
      id !== null && this.#library.portrait(id)?.trashedAt === null;
    this.#slots = candidates.filter(isThere);
    const [chosen = this.#slots[0] ?? this.#library.head[0] ?? null] = [current].filter(isThere);
    this.#current = chosen;
  }

  /** The artist wants what is on the easel: what is being drawn does not take its place. */
  claim(): void {
    this.#choices += 1;
  }

  /** Puts a portrait on the easel. */
  choose(id: string): void {
    this.claim();
    if (id === this.#current) return;
    this.#library.hold(id);
    this.#undo.replace<string | null>({
      ...{ label: strings.undo.choose, merge: 'choose', from: this.#current, to: id },
      put: (to) => this.#putCurrent(to),
    });
  }

  /** Puts the next of the candidates on the easel, or the one before. */
  step(by: number): void {
    const { candidates } = this;
    const at = candidates.indexOf(this.#current ?? '');
    const next = candidates[at < 0 ? 0 : at + by];
    if (next !== undefined) this.choose(next);
  }

  /** Adds a portrait that was made by hand of another one to the candidates, and lets it take the other's place. */
  add(id: string, of: string): void {
    const others = this.#slots.filter((other) => other !== id);
    this.#undo.replace<EaselContent>({
      label: strings.undo.keep,
      from: this.content,
      to: {
        slots: [...others, id].slice(-MAX_COUNT),
        // Whoever has gone on meanwhile stays where they are.
        current: this.#current === of ? id : this.#current,
      },
      put: (to) => this.#show(to),
    });
  }

  /** The artist comes to the easel: what is on it is what keys act on. */
  arrive(): void {
    if (this.#current !== null && !this.#library.selection.has(this.#current))
      this.#selectCurrent();
  }

  /** Whether there is an order to put the candidates in. */
  get canSort(): boolean {
    return !this.#isWaiting && this.#slots.length > 1 && this.#byScore() !== null;
  }

  /** Puts the candidates that fit their words best first. */
  sortByScore(): void {
    const sorted = this.#byScore();
    if (sorted === null) return;
    this.#undo.replace<Slots>({
      ...{ label: strings.undo.sort, from: this.#slots, to: sorted },
      put: (to) => {
        this.#slots = to;
        this.#onChange();
      },
    });
  }

  /**
   * Takes portraits off the easel and out of the candidates: they were moved to the trash.
   *
   * @returns puts them back
   */
  forget(ids: readonly string[]): () => void {
    // News of it may come before the answer to who asked for it: then they have left already.
    const { ids: there } = this;
    const hasLeft = (id: string) => !there.includes(id) && this.#left?.ids.includes(id);
    if (this.#left && ids.every(hasLeft)) return this.#left.takeBack;
    const before = this.content;
    const isGone = (id: string) => ids.includes(id);
    for (const id of ids) this.#gone.add(id);
    const left = this.#slots.filter((id) => id === null || !isGone(id));
    if (this.#current !== null && isGone(this.#current)) {
      const at = this.#slots.indexOf(this.#current);
      const neighbour = left[Math.min(Math.max(at, 0), left.length - 1)];
      this.#current = neighbour ?? this.#library.head.find((id) => !isGone(id)) ?? null;
    }
    this.#slots = left;
    this.#selectCurrent();
    this.#onChange();
    const after = this.#current;
    const takeBack = (): void => {
      for (const id of ids) this.#gone.delete(id);
      // Whoever has gone on meanwhile stays where they are.
      if (this.#slots === left && this.#current === after) this.#show(before);
    };
    this.#left = { ids, takeBack };
    return takeBack;
  }

  // A run, from its empty places to one step of the history

  /** Makes room for so many that are to come. */
  expect(count: number): Coming {
    const before = this.content;
    const places: (string | null)[] = Array.from({ length: count }, () => null);
    this.#isWaiting = true;
    this.#slots = places;
    return { places, before, choices: this.#choices, best: null };
  }

  /**
   * One of them has landed, whatever else the candidates have become meanwhile. The first goes on the easel, and
   * then the one that fits the words best, unless the artist has chosen or changed something since they began.
   */
  land(coming: Coming, index: number, portrait: Generation): void {
    const { places, best, choices } = coming;
    places[index] = portrait.id;
    this.#slots = places.filter((place) => place === null || !this.#gone.has(place));
    const isBest = best === null || scoreOf(portrait) > scoreOf(best);
    if (isBest) coming.best = portrait;
    if ((isBest && choices === this.#choices) || this.#current === null)
      this.#putCurrent(portrait.id);
  }

  /** Drops the places nothing came to, and makes the whole run one step of the history. */
  settle({ before }: Coming): void {
    this.#isWaiting = false;
    const slots = this.candidates;
    // What the artist looks at and what is selected by now stay.
    const after = { slots: slots.length > 0 ? slots : before.slots, current: this.#current };
    this.#slots = after.slots.filter((id) => id !== null);
    this.#onChange();
    if (slots.length === 0) return;
    this.#undo.push({
      label: strings.undo.generate(slots.length),
      undo: () => this.#show(before),
      redo: () => this.#show(after),
    });
  }

  /** The candidates by their CLIP score; null where that is their order already, or they have none. */
  #byScore(): Slots | null {
    const scoreAt = (id: string | null) =>
      scoreOf((id === null ? undefined : this.#library.portrait(id)) ?? null);
    const sorted = this.#slots.toSorted((a, b) => scoreAt(b) - scoreAt(a) || 0);
    return sorted.some((id, i) => id !== this.#slots[i]) ? sorted : null;
  }

  /** As far as the portraits are still there. */
  #show({ slots, current }: EaselContent): void {
    this.claim();
    const isThere = (id: string | null) => id !== null && this.#library.portrait(id) !== undefined;
    this.#slots = slots.filter((id) => (id === null ? this.#isWaiting : isThere(id)));
    this.#current = isThere(current) ? current : null;
    this.#selectCurrent();
    this.#onChange();
  }

  #putCurrent(id: string | null): void {
    this.#current = id;
    this.#selectCurrent();
    this.#onChange();
  }

  #selectCurrent(): void {
    if (this.#isSeen()) this.#library.selection.select(this.#current);
  }
}

/** How well a portrait fits its words. */
function scoreOf(portrait: Generation | null): number {
  return portrait?.clipScore ?? -Infinity;
}
