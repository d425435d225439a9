import { z } from 'zod';
import type { Frame, PreviewFrame, StripEvent, Walk } from '../../electron/contract/draw.ts';
import { cancelled, toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import {
  pathSpaceSchema,
  type Anchor,
  type Generation,
  type PathSpace,
} from '../../electron/contract/generation.ts';
import { seedSchema } from '../../electron/contract/settings.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import { LatestLoop } from './latest.ts';
import { load, save } from './saved.ts';
import { randomSeed, type Settings } from './settings.svelte.ts';
import { anchorOf, isSet, slotSchema, type Slot } from './slot.ts';
import type { UndoStack } from './undo.svelte.ts';

export const MIN_STOPS = 3;
export const MAX_STOPS = 15;
/** How long the hand must rest before the strip is drawn anew. */
const STRIP_DELAY_MS = 350;
/** There and back once. */
const PLAY_MS = 6_000;

export type End = 'a' | 'b';

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
type Values = z.infer<typeof valuesSchema>;

export interface Stop {
  position: number;
  /** Null while it is being drawn. */
  frame: Frame | null;
}

/** The way from one prompt, picture or portrait to another. */
export class Between {
  #values = $state<Values>(
    load('between', valuesSchema) ?? {
      a: { kind: 'prompt', prompt: '' },
      b: { kind: 'prompt', prompt: '' },
      seed: randomSeed(),
      ...{ path: 'clip', even: false, position: 0.5, stops: 7 },
    },
  );
  #frame = $state.raw<Frame | null>(null);
  #framePosition = $state(0);
  #provisional = $state(false);
  #ends = $state.raw<Record<End, Frame | null>>({ a: null, b: null });
  #strip = $state.raw<readonly Stop[]>([]);
  #error = $state.raw<StudioError | null>(null);
  #playing = $state(false);
  #keeping = $state(false);
  /** Where the hand last came to rest. */
  #restedAt: number;
  #stripAbort: AbortController | null = null;
  #stripTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #service: StudioService;
  readonly #settings: Settings;
  readonly #undo: UndoStack;
  readonly #loop: LatestLoop<number, PreviewFrame>;
  /** Two windows on one studio must not take each other's frames for stale. */
  readonly #channel = `between/${crypto.randomUUID()}`;

  constructor(service: StudioService, settings: Settings, undo: UndoStack) {
    this.#service = service;
    this.#settings = settings;
    this.#undo = undo;
    this.#restedAt = this.#values.position;
    this.#loop = new LatestLoop({
      render: (position, settled, signal) => this.#render(position, settled, signal),
      deliver: (frame, position) => {
        this.#frame = frame;
        this.#framePosition = position;
        this.#provisional = frame.provisional;
        this.#error = null;
      },
      fail: (error) => this.#fail(error),
    });
  }

  slot(end: End): Slot {
    return this.#values[end];
  }

  get path(): PathSpace {
    return this.#values.path;
  }

  get even(): boolean {
    return this.#values.even;
  }

  get position(): number {
    return this.#values.position;
  }

  get stops(): number {
    return this.#values.stops;
  }

  get seed(): number {
    return this.#values.seed;
  }

  /** What is seen at the thumb, null before there is a path. */
  get frame(): Frame | null {
    return this.#frame;
  }

  /** Where on the path the frame lies: behind the thumb by as much as drawing takes. */
  get framePosition(): number {
    return this.#framePosition;
  }

  /** What is seen was drawn before even steps were measured. */
  get measuring(): boolean {
    return this.#provisional;
  }

  endFrame(end: End): Frame | null {
    return this.#ends[end];
  }

  get strip(): readonly Stop[] {
    return this.#strip;
  }

  get error(): StudioError | null {
    return this.#error;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get keeping(): boolean {
    return this.#keeping;
  }

  /** Both ends are set. */
  get isReady(): boolean {
    return this.#isSet('a') && this.#isSet('b');
  }

  /** The path as the engine is asked for it; null until both ends are set. */
  get request(): Walk | null {
    const { a, b, path, even } = this.#values;
    if (!this.isReady) return null;
    return {
      from: this.#anchor(a),
      to: this.#anchor(b),
      ...{ path, even },
      settings: this.#settings.overrides,
    };
  }

  /** Makes a change as one step of the history, and draws what follows from it. */
  set(values: Partial<Values>): void {
    const keys = Object.keys(values) as (keyof Values)[];
    const before = Object.fromEntries(keys.map((key) => [key, $state.snapshot(this.#values[key])]));
    this.#put(values);
    this.#undo.push({
      label: strings.undo.between,
      merge: `between/${keys.join()}`,
      undo: () => this.#put(before),
      redo: () => this.#put(values),
    });
  }

  setSlot(end: End, slot: Slot): void {
    this.set({ [end]: slot });
  }

  /** Puts a portrait or a picture where there is room: at A, and at B when A is taken. */
  add(slot: Slot): End {
    const end = this.#isSet('a') && !this.#isSet('b') ? 'b' : 'a';
    this.setSlot(end, slot);
    return end;
  }

  swap(): void {
    const { a, b } = $state.snapshot(this.#values);
    this.set({ a: b, b: a, position: 1 - this.position });
  }

  rollSeed(): void {
    this.set({ seed: randomSeed() });
  }

  /** Moves the thumb; `settled` when the hand has let go. */
  moveTo(position: number, settled: boolean): void {
    this.#playing = false;
    this.#goTo(position, settled);
    const before = this.#restedAt;
    if (!settled || position === before) return;
    this.#restedAt = position;
    this.#undo.push({
      label: strings.undo.position,
      merge: 'between/position',
      undo: () => this.#put({ position: before }),
      redo: () => this.#put({ position }),
    });
  }

  /** Sets all of a path at once: a portrait of one is being looked at again. */
  load(values: Partial<Values>): void {
    this.#put(values);
  }

  snapshot(): Values {
    return $state.snapshot(this.#values);
  }

  /** Draws everything there is to see: on entering the place, and when the settings have changed. */
  refresh(): void {
    this.#goTo(this.position, true);
    clearTimeout(this.#stripTimer);
    this.#stripTimer = setTimeout(() => void this.#drawRest(), STRIP_DELAY_MS);
  }

  /** Stops what only serves the eye: the place is being left. */
  rest(): void {
    this.#playing = false;
    this.#loop.stop();
    this.#stripAbort?.abort();
    clearTimeout(this.#stripTimer);
  }

  togglePlay(): void {
    this.#playing = !this.#playing && this.isReady;
    if (!this.#playing) return this.#goTo(this.position, true);
    // Starts where the thumb is, on the way to B.
    const begin = performance.now() - (this.position * PLAY_MS) / 2;
    const tick = (now: number): void => {
      if (!this.#playing) return;
      const turn = (((now - begin) % PLAY_MS) / PLAY_MS) * 2;
      this.#goTo(Math.max(0, turn <= 1 ? turn : 2 - turn), false);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Keeps what is under the thumb as a portrait of the library. */
  async keep(): Promise<Generation | null> {
    const request = this.request;
    if (!request || this.#keeping) return null;
    this.#keeping = true;
    try {
      return await this.#service.keep({ ...request, position: this.position });
    } finally {
      this.#keeping = false;
    }
  }

  #isSet(end: End): boolean {
    return isSet(this.#values[end]);
  }

  #anchor(slot: Slot): Anchor {
    return anchorOf(slot, this.#values.seed);
  }

  #put(values: Partial<Values>): void {
    Object.assign(this.#values, values);
    save('between', this.#values);
    this.#playing = false;
    this.#restedAt = this.#values.position;
    this.refresh();
  }

  #goTo(position: number, settled: boolean): void {
    this.#values.position = position;
    if (settled) save('between', this.#values);
    if (this.isReady) return this.#loop.request(position, settled);
    this.#loop.stop();
    this.#frame = null;
    this.#provisional = false;
  }

  #render(position: number, settled: boolean, signal: AbortSignal): Promise<PreviewFrame> {
    const request = this.request;
    if (!request) return Promise.reject(cancelled());
    const size = settled ? 'full' : 'small';
    return this.#service.preview(
      { ...request, channel: this.#channel, position, size },
      { signal },
    );
  }

  /** The ends at full size and the stops between them. */
  async #drawRest(): Promise<void> {
    this.#stripAbort?.abort();
    const abort = new AbortController();
    this.#stripAbort = abort;
    try {
      await Promise.all([this.#drawEnd('a', abort.signal), this.#drawEnd('b', abort.signal)]);
      await this.#drawStrip(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    }
  }

  async #drawEnd(end: End, signal: AbortSignal): Promise<void> {
    const slot = this.#values[end];
    // A portrait has its picture already, and an empty end has none.
    if (slot.kind === 'portrait' || !this.#isSet(end)) {
      this.#ends = { ...this.#ends, [end]: null };
      return;
    }
    const anchor = this.#anchor($state.snapshot(slot));
    const frame = await this.#service.preview(
      {
        from: anchor,
        to: anchor,
        path: 'w',
        settings: this.#settings.overrides,
        channel: `${this.#channel}/${end}`,
        position: 0,
        size: 'full',
      },
      { signal },
    );
    this.#ends = { ...this.#ends, [end]: frame };
  }

  async #drawStrip(signal: AbortSignal): Promise<void> {
    const request = this.request;
    const { stops } = this.#values;
    if (!request) {
      this.#strip = [];
      return;
    }
    // Old frames stay until their successors land: no flicker while a word is typed.
    const old = this.#strip;
    this.#strip = Array.from({ length: stops }, (_, index) => ({
      position: index / (stops - 1),
      frame: (old.length === stops && old[index]?.frame) || null,
    }));
    const onEvent = (event: StripEvent) => {
      if (event.kind !== 'stop' || signal.aborted) return;
      const { index, position, frame } = event;
      this.#strip = this.#strip.with(index, { position, frame });
    };
    // A small frame is for a moving eye; these are looked at.
    await this.#service.strip({ ...request, stops, size: 'full' }, { signal, onEvent });
  }

  #fail(error: unknown): void {
    const failure = toStudioError(error);
    if (failure.code === 'cancelled' || failure.code === 'superseded') return;
    this.#playing = false;
    this.#error = failure;
  }
}
