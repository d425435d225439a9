import { z } from 'zod';
import type { Timeline as Request } from '../../electron/contract/generation.ts';
import { seedSchema } from '../../electron/contract/settings.ts';
import { DEFAULT_FPS, frameRateSchema } from '../../electron/contract/timeline.ts';
import { strings } from '../strings.ts';
import {
  beginOf,
  firstKeys,
  insertKey,
  type Key,
  keySchema,
  MAX_KEYS,
  MIN_KEYS,
  moveKey,
  removeKey,
  reorderKeys,
} from '../timeline/keys.ts';
import { SavedValues } from './saved-values.svelte.ts';
import { randomSeed, type Settings, type SettingValues } from './settings.svelte.ts';
import { anchorOf, isSet, portraitsAt, slotOf, type Slot, without } from './slot.ts';
import type { UndoStack } from './undo.svelte.ts';

const valuesSchema = z.object({
  keys: z.array(keySchema).min(MIN_KEYS).max(MAX_KEYS),
  /** One seed for all that is drawn, so that what the words do not say stays. */
  seed: seedSchema,
  loop: z.boolean(),
  even: z.boolean(),
  fps: frameRateSchema,
});
type Values = z.infer<typeof valuesSchema>;

const firstValues = (): Values => ({
  ...{ keys: firstKeys(), seed: randomSeed() },
  ...{ loop: false, even: true, fps: DEFAULT_FPS },
});

/** A path through several prompts, pictures and portraits, as a film: what it is made of. */
export class Timeline {
  readonly #values = new SavedValues('timeline', valuesSchema, firstValues);
  #selected = $state(this.#values.now.keys[0]?.id ?? 0);
  #listeners: readonly (() => void)[] = [];
  readonly #settings: Settings;
  readonly #undo: UndoStack;

  /** The timeline as the engine is asked for it; null until every key-frame is set. */
  readonly request: Request | null = $derived.by(() => this.#toRequest());

  constructor(settings: Settings, undo: UndoStack) {
    this.#settings = settings;
    this.#undo = undo;
  }

  get keys(): readonly Key[] {
    return this.#values.now.keys;
  }

  get seed(): number {
    return this.#values.now.seed;
  }

  get loop(): boolean {
    return this.#values.now.loop;
  }

  get even(): boolean {
    return this.#values.now.even;
  }

  get fps(): Values['fps'] {
    return this.#values.now.fps;
  }

  /** How long the whole lasts, in seconds. */
  get seconds(): number {
    const { keys, loop } = this.#values.now;
    return beginOf(keys, loop ? keys.length : keys.length - 1);
  }

  get frames(): number {
    return Math.max(2, Math.round(this.seconds * this.fps));
  }

  /** How many steps from frame to frame there are: in a loop the last one leads back to the first. */
  get steps(): number {
    return this.loop ? this.frames : this.frames - 1;
  }

  get selected(): Key | null {
    return this.keys.find(({ id }) => id === this.#selected) ?? this.keys[0] ?? null;
  }

  get selectedIndex(): number {
    return this.keys.findIndex((key) => key.id === this.selected?.id);
  }

  get isReady(): boolean {
    return this.request !== null;
  }

  /** Hears of every change to what the timeline is made of. */
  onChange(listener: () => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  select(id: number): void {
    this.#selected = id;
  }

  // Changing it, each time as one step of the history

  set(values: Partial<Omit<Values, 'keys'>>): void {
    this.#change(values, Object.keys(values).join());
  }

  setKey(id: number, values: Partial<Omit<Key, 'id'>>): void {
    const keys = this.keys.map((key) => (key.id === id ? { ...key, ...values } : key));
    this.#change({ keys }, `${id}/${Object.keys(values).join()}`);
  }

  /** Adds a key-frame behind the selected one and selects it. */
  add(slot: Slot = { kind: 'prompt', prompt: '' }): void {
    if (this.keys.length >= MAX_KEYS) return;
    // What comes first takes the places that are still empty.
    const empty = slot.kind === 'prompt' ? undefined : this.keys.find((key) => !isSet(key.slot));
    if (empty) {
      this.setKey(empty.id, { slot });
      this.#selected = empty.id;
      return;
    }
    const index = this.selectedIndex;
    const keys = insertKey(this.keys, index, slot);
    this.#change({ keys });
    this.#selected = keys[index + 1]?.id ?? this.#selected;
  }

  remove(id: number): void {
    const index = this.keys.findIndex((key) => key.id === id);
    if (index === -1 || this.keys.length <= MIN_KEYS) return;
    const keys = removeKey(this.keys, index);
    this.#selected = keys[Math.min(index, keys.length - 1)]?.id ?? this.#selected;
    this.#change({ keys });
  }

  /** Moves what stands at one place to another. */
  reorder(from: number, to: number): void {
    if (to < 0 || to >= this.keys.length || from === to) return;
    this.#change({ keys: reorderKeys(this.keys, from, to) });
  }

  /** Moves the time of the key-frame at an index; at `keys.length` the end of a loop. The first one stays at 0. */
  moveTime(index: number, seconds: number): void {
    if (index === 0) return;
    this.#change({ keys: moveKey(this.keys, index, seconds, this.loop) }, `time/${index}`);
  }

  /** The portraits at its key-frames. */
  get portraits(): string[] {
    return portraitsAt(this.keys.map(({ slot }) => slot));
  }

  /** Empties the key-frames whose portraits were deleted for good: there is no way back. */
  letGo(ids: readonly string[]): void {
    const keys = this.keys.map((key) => ({ ...key, slot: without(key.slot, ids) }));
    this.#put({ ...this.#values.now, keys });
  }

  rollSeed(): void {
    this.set({ seed: randomSeed() });
  }

  /** Goes back to the timeline of a portrait, with the sampling settings it was drawn with. */
  open({ keys, loop, even, settings }: Request): void {
    const seed = keys
      .map(({ anchor }) => anchor)
      .find((anchor) => anchor.kind !== 'portrait')?.seed;
    const { truncation = null, temperature = null, gap = null } = settings;
    const values = {
      ...{ ...this.#values.now, loop, even, seed: seed ?? this.seed },
      keys: keys.map(({ anchor, ...segment }, index) => ({
        ...{ ...segment, id: index + 1 },
        slot: slotOf(anchor),
      })),
    };
    this.#undo.replace<{ sampling: Partial<SettingValues>; values: Values }>({
      label: strings.undo.recall,
      from: { sampling: this.#settings.values, values: this.#values.now },
      to: { sampling: { truncation, temperature, gap }, values },
      put: ({ sampling, values: put }) => {
        this.#settings.apply(sampling);
        this.#put(put);
      },
    });
  }

  #toRequest(): Request | null {
    const { keys, loop, even, seed } = this.#values.now;
    if (!keys.every(({ slot }) => isSet(slot))) return null;
    return {
      keys: keys.map(({ slot, path, easing, seconds }) => ({
        ...{ path, easing, seconds },
        anchor: anchorOf(slot, seed),
      })),
      ...{ loop, even, settings: this.#settings.overrides },
    };
  }

  #change(values: Partial<Values>, merge?: string): void {
    const before = this.#values.now;
    this.#undo.replace<Values>({
      label: strings.undo.timeline,
      merge: merge && `timeline/${merge}`,
      from: before,
      to: { ...before, ...values },
      put: (to) => this.#put(to),
    });
  }

  #put(values: Values): void {
    this.#values.put(values);
    for (const listener of this.#listeners) listener();
  }
}
