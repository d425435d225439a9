import { z } from 'zod';
import type { Between as BetweenPath, Walk } from '../../electron/contract/draw.ts';
import { cancelled } from '../../electron/contract/errors.ts';
import {
  pathSpaceSchema,
  type PathSpace,
  type Timeline,
} from '../../electron/contract/generation.ts';
import { seedSchema } from '../../electron/contract/settings.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import { Keeping } from './keeping.svelte.ts';
import { LivePreview } from './live-preview.svelte.ts';
import { Measuring } from './measuring.svelte.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';
import { Playback } from './playback.svelte.ts';
import { SavedValues } from './saved-values.svelte.ts';
import { randomSeed, type Settings } from './settings.svelte.ts';
import { anchorOf, isSet, portraitsAt, slotSchema, type Slot, without } from './slot.ts';
import { Strip, type End } from './strip.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';

export const MIN_STOPS = 3;
export const MAX_STOPS = 15;
/** There and back once. */
const PLAY_MS = 6_000;

const valuesSchema = z.object({
  a: slotSchema,
  b: slotSchema,
  /** One seed for both ends, so that what the words do not say stays. */
  seed: seedSchema,
  path: pathSpaceSchema,
  /** Whether positions and stops count what is seen to change. */
  even: z.boolean().default(false),
  position: z.number().min(0).max(1),
  stops: z.int().min(MIN_STOPS).max(MAX_STOPS),
});
export type BetweenValues = z.infer<typeof valuesSchema>;

const firstValues = (): BetweenValues => ({
  a: { kind: 'prompt', prompt: '' },
  b: { kind: 'prompt', prompt: '' },
  seed: randomSeed(),
  ...{ path: 'clip', even: false, position: 0.5, stops: 7 },
});

/** The path from one prompt, picture or portrait to another, and where the thumb is on it. */
export class Between {
  readonly #values = new SavedValues('between', valuesSchema, firstValues);
  /** Where the hand last came to rest. */
  #restedAt = this.#values.now.position;
  /** Whether anybody sees the path. */
  #resting = true;
  readonly #settings: Settings;
  readonly #undo: UndoStack;
  readonly #playback = new Playback();
  /** What is seen at the thumb, by its position. */
  readonly preview: LivePreview<number>;
  readonly measuring: Measuring;
  readonly strip: Strip;
  readonly keeping: Keeping;

  constructor(service: StudioService, settings: Settings, undo: UndoStack, speed: FrameSpeed) {
    this.#settings = settings;
    this.#undo = undo;
    this.preview = new LivePreview({
      ...{ name: 'between', speed },
      draw: (position, ask, signal) => {
        const { request } = this;
        if (!request) throw cancelled();
        return service.preview({ ...request, ...ask, position }, { signal });
      },
      onFail: () => this.#playback.stop(),
    });
    this.measuring = new Measuring(service);
    this.strip = new Strip(service, this.preview.channel, (error) => this.preview.fail(error));
    this.keeping = new Keeping(async () => {
      const { request, position } = this;
      return request && service.keep({ ...request, position });
    });
  }

  slot(end: End): Slot {
    return this.#values.now[end];
  }

  get path(): PathSpace {
    return this.#values.now.path;
  }

  get even(): boolean {
    return this.#values.now.even;
  }

  get position(): number {
    return this.#values.now.position;
  }

  get stops(): number {
    return this.#values.now.stops;
  }

  get seed(): number {
    return this.#values.now.seed;
  }

  /** Everything there is to the path. */
  get values(): BetweenValues {
    return this.#values.now;
  }

  get isPlaying(): boolean {
    return this.#playback.isPlaying;
  }

  /** Both ends are set. */
  get isReady(): boolean {
    return isSet(this.slot('a')) && isSet(this.slot('b'));
  }

  /** The path as the engine is asked for it; null until both ends are set. */
  get request(): Walk | null {
    const { a, b, path, even, seed } = this.#values.now;
    if (!this.isReady) return null;
    return {
      from: anchorOf(a, seed),
      to: anchorOf(b, seed),
      ...{ path, even },
      settings: this.#settings.overrides,
    };
  }

  /** The path as a timeline that takes so many seconds; null until both ends are set. */
  timeline(seconds: number): Timeline | null {
    const { request } = this;
    if (!request) return null;
    const { from, to, path, even = false } = request;
    const segment = { path, easing: 'linear', seconds } as const;
    return {
      keys: [from, to].map((anchor) => ({ anchor, ...segment })),
      ...{ loop: false, even, settings: this.#settings.overrides },
    };
  }

  get #betweenToMeasure(): BetweenPath | null {
    const { request } = this;
    if (!request?.even) return null;
    const { from, to, path, settings } = request;
    return { from, to, path, settings };
  }

  // Changing it, each time as one step of the history

  set(values: Partial<BetweenValues>): void {
    const keys = Object.keys(values) as (keyof BetweenValues)[];
    const before = Object.fromEntries(keys.map((key) => [key, this.#values.now[key]]));
    this.#undo.replace<Partial<BetweenValues>>({
      label: strings.undo.between,
      merge: `between/${keys.join()}`,
      from: before,
      to: values,
      put: (to) => this.put(to),
    });
  }

  setSlot(end: End, slot: Slot): void {
    this.set({ [end]: slot });
  }

  /** Puts a portrait or a picture where there is room: at A, and at B when A is taken. */
  add(slot: Slot): End {
    const end = isSet(this.slot('a')) && !isSet(this.slot('b')) ? 'b' : 'a';
    this.setSlot(end, slot);
    return end;
  }

  swap(): void {
    const { a, b, position } = this.#values.now;
    this.set({ a: b, b: a, position: 1 - position });
  }

  rollSeed(): void {
    this.set({ seed: randomSeed() });
  }

  /** Moves the thumb; `settled` when the hand has let go. */
  moveTo(position: number, settled: boolean): void {
    this.#playback.stop();
    this.#goTo(position, settled);
    const before = this.#restedAt;
    if (!settled || position === before) return;
    this.#restedAt = position;
    this.#undo.push({
      label: strings.undo.position,
      merge: 'between/position',
      undo: () => this.put({ position: before }),
      redo: () => this.put({ position }),
    });
  }

  /** The portraits at its ends. */
  get portraits(): string[] {
    return portraitsAt([this.slot('a'), this.slot('b')]);
  }

  /** Empties the ends whose portraits were deleted for good: there is no way back. */
  letGo(ids: readonly string[]): void {
    this.put({ a: without(this.slot('a'), ids), b: without(this.slot('b'), ids) });
  }

  /** Changes the path without a step of the history, as part of another one. */
  put(values: Partial<BetweenValues>): void {
    this.#values.put(values);
    this.#playback.stop();
    this.#restedAt = this.position;
    if (!this.#resting) this.refresh();
  }

  // Looking at it

  /** Draws everything there is to see: on entering the place, and when the settings have changed. */
  refresh(): void {
    this.#resting = false;
    this.#goTo(this.position, true);
    this.measuring.follow(this.#betweenToMeasure);
    this.strip.drawSoon(() => {
      const { a, b, seed, stops } = this.#values.now;
      const settings = this.#settings.overrides;
      return { slots: { a, b }, seed, stops, settings, path: this.request };
    });
  }

  /** Goes on playing where the screen shows no frames of this window. */
  pulse(): void {
    this.#playback.pulse();
  }

  /** Stops what only serves the eye: the place is being left. */
  rest(): void {
    this.#resting = true;
    this.#playback.stop();
    this.preview.stop();
    this.measuring.stop();
    this.strip.stop();
  }

  togglePlay(): void {
    if (this.isPlaying || !this.isReady) {
      this.#playback.stop();
      return this.#goTo(this.position, true);
    }
    // Starts where the thumb is, on the way to B.
    const start = (this.position * PLAY_MS) / 2;
    this.#playback.start((passed) => {
      const turn = (((start + passed) % PLAY_MS) / PLAY_MS) * 2;
      this.#goTo(turn <= 1 ? turn : 2 - turn, false);
    });
  }

  #goTo(position: number, settled: boolean): void {
    if (settled) this.#values.put({ position });
    else this.#values.show({ position });
    if (this.#resting) return;
    if (this.isReady) this.preview.request(position, settled);
    else this.preview.clear();
  }
}
