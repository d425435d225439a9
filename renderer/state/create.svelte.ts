import { SvelteSet } from 'svelte/reactivity';
import { z } from 'zod';
import type {
  DrawOverrides,
  GenerateEvent,
  GenerateRequest,
  Origin,
} from '../../electron/contract/draw.ts';
import { StudioError, toStudioError } from '../../electron/contract/errors.ts';
import {
  generationIdSchema,
  referenceIdSchema,
  type Generation,
} from '../../electron/contract/generation.ts';
import type { Change } from '../../electron/contract/lineage.ts';
import type { StreamOptions } from '../../electron/contract/method.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import { MAX_PROMPT_LENGTH } from '../../electron/contract/settings.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import type { Library } from './library.svelte.ts';
import { PromptHistory } from './prompt-history.ts';
import { load, save } from './saved.ts';
import type { Settings } from './settings.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';

/** Most portraits the window asks for at once. */
export const MAX_PORTRAITS = 16;
const HISTORY = 200;

/** Origins that say all of a portrait, of which there is one. */
const ONE_ONLY: readonly Origin['kind'][] = ['reword', 'edit', 'carry-over'];

/** What the next portraits start from besides the words. */
const baseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), reference: referenceIdSchema }),
  z.object({ kind: z.literal('variation'), of: generationIdSchema }),
  z.object({ kind: z.literal('reword'), of: generationIdSchema }),
]);
export type Base = z.infer<typeof baseSchema>;

const savedSchema = z.object({
  prompt: z.string(),
  count: z.int().min(1).max(MAX_PORTRAITS),
  base: baseSchema.nullable(),
  candidates: z.array(generationIdSchema).max(MAX_PORTRAITS),
  current: generationIdSchema.nullable(),
});

/** Candidates that have landed, and null where one is still coming. */
export type Slots = readonly (string | null)[];

export interface Run {
  count: number;
  done: number;
  /** Estimate in milliseconds, null while there is none. */
  remainingMs: number | null;
}

/** The words, the candidates they became, and the one that was chosen. */
export class Create {
  #prompt = $state('');
  #count = $state(4);
  #base = $state.raw<Base | null>(null);
  #slots = $state.raw<Slots>([]);
  #current = $state<string | null>(null);
  #run = $state.raw<Run | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #abort: AbortController | null = null;
  /** Moved to the trash while this window has been open. */
  readonly #gone = new SvelteSet<string>();
  readonly history = new PromptHistory();
  readonly #service: StudioService;
  readonly #library: Library;
  readonly #settings: Settings;
  readonly #undo: UndoStack;
  readonly #isAtEasel: () => boolean;

  /** @param isAtEasel whether the artist is where the easel is: only there the selection follows it */
  constructor(
    service: StudioService,
    library: Library,
    settings: Settings,
    undo: UndoStack,
    isAtEasel: () => boolean,
  ) {
    this.#service = service;
    this.#library = library;
    this.#settings = settings;
    this.#undo = undo;
    this.#isAtEasel = isAtEasel;
  }

  get prompt(): string {
    return this.#prompt;
  }

  get count(): number {
    return this.#count;
  }

  get base(): Base | null {
    return this.#base;
  }

  get slots(): Slots {
    return this.#slots;
  }

  /** The portrait on the easel. */
  get current(): Generation | null {
    return (this.#current !== null && this.#library.portrait(this.#current)) || null;
  }

  /** The work under way, or null. */
  get run(): Run | null {
    return this.#run;
  }

  /** Why the last run ended early, until the next one. */
  get error(): StudioError | null {
    return this.#error;
  }

  get canGenerate(): boolean {
    const words = this.#prompt.trim().length;
    if (words > MAX_PROMPT_LENGTH) return false;
    return words > 0 || (this.#base !== null && this.#base.kind !== 'reword');
  }

  /**
   * Brings back what was on the easel, as far as it is still in the library. An artist who has begun
   * meanwhile keeps what they began.
   */
  async resume(): Promise<void> {
    const saved = load('create', savedSchema);
    if (saved && this.#prompt === '') {
      this.#prompt = saved.prompt;
      this.#count = saved.count;
      this.#base = saved.base;
    }
    const wanted = [...(saved?.candidates ?? []), saved?.current ?? this.#library.ids[0] ?? null];
    const [prompts] = await Promise.all([
      this.#service.prompts({ limit: HISTORY }),
      this.#library.fetch(wanted.filter((id) => id !== null)),
    ]);
    this.history.resume(prompts);
    if (this.#run || this.#current !== null) return;
    const isThere = (id: string | null) =>
      id !== null && this.#library.portrait(id)?.trashedAt === null;
    this.#slots = wanted.slice(0, -1).filter(isThere);
    const [current] = wanted.slice(-1).filter(isThere);
    this.#current = current ?? this.#slots[0] ?? this.#library.ids[0] ?? null;
  }

  setPrompt(prompt: string, merge = 'prompt'): void {
    const before = this.#prompt;
    if (prompt === before) return;
    this.#error = null;
    this.#putPrompt(prompt);
    this.#undo.push({
      label: strings.undo.prompt,
      merge,
      undo: () => this.#putPrompt(before),
      redo: () => this.#putPrompt(prompt),
    });
  }

  setCount(count: number): void {
    this.#count = count;
    this.#save();
  }

  setBase(base: Base | null): void {
    const before = this.#base;
    const put = (value: Base | null) => () => {
      this.#base = value;
      this.#save();
    };
    put(base)();
    this.#undo.push({ label: strings.undo.base, undo: put(before), redo: put(base) });
  }

  /** Puts a portrait on the easel. */
  choose(id: string): void {
    const before = this.#current;
    if (id === before) return;
    this.#putCurrent(id);
    this.#undo.push({
      label: strings.undo.choose,
      merge: 'choose',
      undo: () => this.#putCurrent(before),
      redo: () => this.#putCurrent(id),
    });
  }

  /**
   * Takes portraits off the easel and out of the candidates: they were moved to the trash.
   *
   * @returns puts them back
   */
  forget(ids: readonly string[]): () => void {
    const before = { slots: this.#slots, current: this.#current };
    const isGone = (id: string) => ids.includes(id);
    for (const id of ids) this.#gone.add(id);
    const left = this.#slots.filter((id) => id === null || !isGone(id));
    if (this.#current !== null && isGone(this.#current)) {
      const at = this.#slots.indexOf(this.#current);
      const neighbour = left[Math.min(Math.max(at, 0), left.length - 1)];
      this.#current = neighbour ?? this.#library.ids.find((id) => !isGone(id)) ?? null;
    }
    this.#slots = left;
    this.#selectCurrent();
    this.#save();
    const after = this.#current;
    return () => {
      for (const id of ids) this.#gone.delete(id);
      // Whoever has gone on meanwhile stays where they are.
      if (this.#slots === left && this.#current === after) this.#show(before);
    };
  }

  /** Draws what the field says. Work under way gives way; what it has drawn is kept. */
  async generate(): Promise<void> {
    if (!this.canGenerate) {
      // What is wrong with words that are too long stands below them already.
      if (this.#prompt.trim() === '') {
        this.#error = new StudioError('prompt-empty', strings.create.needsWords);
      }
      return;
    }
    const prompt = this.#prompt.trim();
    if (prompt !== '') this.history.add(prompt);
    this.#settings.rollUnlessLocked();
    await this.#draw(this.#origin(prompt), this.#settings.explicit);
  }

  /** Draws around the portrait on the easel, leaving the field as it is. */
  async moreLikeThis(): Promise<void> {
    if (this.#current === null) return;
    this.#settings.rollUnlessLocked();
    const { strength, held: locks, overrides } = this.#settings;
    await this.#draw({ kind: 'variation', of: this.#current, strength, locks }, overrides);
  }

  /** Whether there is an order to put the candidates in. */
  get canSort(): boolean {
    return this.#run === null && this.#slots.length > 1 && this.#byScore() !== null;
  }

  /** Puts the candidates that fit their words best first. */
  sortByScore(): void {
    const after = this.#byScore();
    if (after === null) return;
    const before = this.#slots;
    const put = (slots: Slots) => () => {
      this.#slots = slots;
      this.#save();
    };
    put(after)();
    this.#undo.push({ label: strings.undo.sort, undo: put(before), redo: put(after) });
  }

  /** Adds a portrait that was made by hand to the candidates, and puts it on the easel. */
  add(id: string): void {
    const before = { slots: this.#slots, current: this.#current };
    const after = { slots: [...this.#slots, id].slice(-MAX_PORTRAITS), current: id };
    this.#show(after);
    this.#undo.push({
      label: strings.undo.keep,
      undo: () => this.#show(before),
      redo: () => this.#show(after),
    });
  }

  /** Makes a portrait again, with what is to be changed. */
  async replay(id: string, change: Change): Promise<void> {
    await this.#follow((options) => this.#service.replay({ id, change }, options), 1);
  }

  /** Draws a portrait of another pack or edition with the pack in use. */
  async carryOver(of: string): Promise<void> {
    await this.#draw({ kind: 'carry-over', of }, {});
  }

  /** Draws a mixture, or children as candidates. */
  async breed(origin: Origin): Promise<void> {
    this.#settings.rollUnlessLocked();
    await this.#draw(origin, {});
  }

  async surprise(): Promise<void> {
    this.setBase(null);
    this.setPrompt(strings.create.surprise(), 'surprise');
    await this.generate();
  }

  cancel(): void {
    this.#abort?.abort();
  }

  dismissError(): void {
    this.#error = null;
  }

  /** Sets the field as it was for a portrait, without recording an undo. */
  apply(prompt: string, base: Base | null): void {
    this.#base = base;
    this.#putPrompt(prompt);
  }

  /** The candidates by their CLIP score; null where that is their order already, or they have none. */
  #byScore(): Slots | null {
    const scoreOf = (id: string | null) =>
      (id === null ? null : this.#library.portrait(id)?.clipScore) ?? -Infinity;
    const sorted = this.#slots.toSorted((a, b) => scoreOf(b) - scoreOf(a) || 0);
    return sorted.some((id, i) => id !== this.#slots[i]) ? sorted : null;
  }

  #origin(prompt: string): Origin {
    const base = this.#base;
    const { strength, held: locks } = this.#settings;
    if (base === null) return { kind: 'prompt', prompt };
    switch (base.kind) {
      case 'image':
        return { kind: 'image', reference: base.reference, ...(prompt !== '' && { prompt }) };
      case 'variation':
        return { kind: 'variation', of: base.of, strength, locks };
      case 'reword':
        return { kind: 'reword', of: base.of, prompt, locks };
    }
  }

  async #draw(origin: Origin, settings: DrawOverrides): Promise<void> {
    const count = ONE_ONLY.includes(origin.kind) ? 1 : this.#count;
    const bestOf = this.#bestOf(origin, count);
    const request: GenerateRequest = {
      origin,
      count,
      ...(bestOf !== undefined && { bestOf }),
      settings: { ...settings, seed: this.#settings.seed },
    };
    const ask = (options: StreamOptions<GenerateEvent>) => this.#service.generate(request, options);
    await this.#follow(ask, count, bestOf);
  }

  /** Shows `count` portraits as they come, of `drawn` that are drawn. */
  async #follow(
    draw: (options: StreamOptions<GenerateEvent>) => Promise<unknown>,
    count: number,
    drawn = count,
  ): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const before = { slots: this.#slots, current: this.#current };
    this.#error = null;
    this.#run = { count: drawn, done: 0, remainingMs: null };
    const places: (string | null)[] = Array.from({ length: count }, () => null);
    this.#slots = places;
    const isMine = () => this.#abort === abort;
    try {
      const onEvent = (event: GenerateEvent) =>
        isMine() && this.#take(event, places, before.current);
      await draw({ signal: abort.signal, onEvent });
    } catch (error) {
      const failure = toStudioError(error);
      if (isMine() && failure.code !== 'cancelled') this.#error = failure;
    }
    if (isMine()) this.#finish(before);
  }

  /** How many to draw so that the best can be kept: those without words of their own have no best. */
  #bestOf(origin: Origin, count: number): number | undefined {
    const { bestOf } = this.#settings;
    return bestOf > 1 && this.#wordsOf(origin) !== '' ? count * bestOf : undefined;
  }

  /** The words that portraits are scored by: children have their parents' where all have the same. */
  #wordsOf(origin: Origin): string {
    const wordsOf = (id: string) => this.#library.portrait(id)?.prompt ?? '';
    switch (origin.kind) {
      case 'prompt':
      case 'image':
        return origin.prompt ?? '';
      case 'variation':
        return wordsOf(origin.of);
      case 'breed': {
        const [words = '', ...others] = origin.parents.map(wordsOf);
        return others.every((other) => other === words) ? words : '';
      }
      // These make one portrait each.
      case 'reword':
      case 'edit':
      case 'carry-over':
        return '';
    }
  }

  readonly #advance = advancesOf('render', ({ done, remainingMs }) => {
    if (this.#run) this.#run = { ...this.#run, done, remainingMs };
  });

  /** @param places those of the run, whatever else the candidates have become meanwhile */
  #take(event: GenerateEvent, places: (string | null)[], before: string | null): void {
    if (event.kind !== 'portrait') return this.#advance(event);
    const { generation, index } = event;
    const isFirst = places.every((id) => id === null);
    this.#library.take(generation);
    places[index] = generation.id;
    this.#slots = places.filter((id) => id === null || !this.#gone.has(id));
    // The first to land goes on the easel, unless the artist has moved on meanwhile.
    const isWanted = isFirst ? this.#current === before : this.#current === null;
    if (isWanted) this.#putCurrent(generation.id);
  }

  /** Drops the places nothing came to, and makes the whole run one step of the history. */
  #finish(before: { slots: Slots; current: string | null }): void {
    this.#abort = null;
    this.#run = null;
    const slots = this.#slots.filter((id) => id !== null);
    // What the artist looks at and what is selected by now stay.
    const after = { slots: slots.length > 0 ? slots : before.slots, current: this.#current };
    this.#slots = after.slots.filter((id) => id !== null);
    this.#save();
    if (slots.length === 0) return;
    this.#undo.push({
      label: strings.undo.generate(slots.length),
      undo: () => this.#show(before),
      redo: () => this.#show(after),
    });
  }

  /** As far as the portraits are still there. */
  #show({ slots, current }: { slots: Slots; current: string | null }): void {
    const isThere = (id: string | null) => id !== null && this.#library.portrait(id) !== undefined;
    this.#slots = slots.filter((id) => (id === null ? this.#run !== null : isThere(id)));
    this.#current = isThere(current) ? current : null;
    this.#selectCurrent();
    this.#save();
  }

  #putPrompt(prompt: string): void {
    this.#prompt = prompt;
    this.#save();
  }

  #putCurrent(id: string | null): void {
    this.#current = id;
    this.#selectCurrent();
    this.#save();
  }

  #selectCurrent(): void {
    if (this.#isAtEasel()) this.#library.select(this.#current);
  }

  #save(): void {
    save('create', {
      prompt: this.#prompt,
      count: this.#count,
      base: this.#base,
      candidates: this.#slots.filter((id) => id !== null),
      current: this.#current,
    });
  }
}
