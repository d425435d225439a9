import { z } from 'zod';
import type { Between, Frame, FrameSize, PreviewFrame } from '../../electron/contract/draw.ts';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import type { Generation, Timeline as Request } from '../../electron/contract/generation.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { seedSchema } from '../../electron/contract/settings.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import {
  DEFAULT_FPS,
  frameRateSchema,
  momentAt,
  segmentsOf,
  timeOfFrame,
} from '../../electron/contract/timeline.ts';
import { strings } from '../strings.ts';
import { FrameCache } from '../timeline/frame-cache.ts';
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
import { LatestLoop } from './latest.ts';
import { load, save } from './saved.ts';
import { randomSeed, type Settings, type SettingValues } from './settings.svelte.ts';
import { anchorOf, isSet, slotOf, type Slot } from './slot.ts';
import type { UndoStack } from './undo.svelte.ts';

/** Small frames of many timelines; some seconds of the largest full ones. */
const CACHE_BYTES = 128_000_000;
/** What is drawn ahead may fill most of it; the rest is for what is looked at. */
const AHEAD_BYTES = 96_000_000;
/** How long the hand must rest before what it has changed is drawn: words come letter by letter. */
const CHANGE_DELAY_MS = 300;
/** How long the hand must rest before frames are drawn ahead. */
const WARM_DELAY_MS = 500;
/** How long to wait for a path to be measured before asking again. */
const MEASURE_DELAY_MS = 400;
/** Pictures along the axis. */
export const THUMBNAILS = 16;

const valuesSchema = z.object({
  keys: z.array(keySchema).min(MIN_KEYS).max(MAX_KEYS),
  /** One seed for all that is drawn, so that what the words do not say stays. */
  seed: seedSchema,
  loop: z.boolean(),
  even: z.boolean(),
  fps: frameRateSchema,
});
type Values = z.infer<typeof valuesSchema>;

/** Where and how one frame is drawn; also what its picture is remembered by. */
interface Spot {
  readonly between: Between;
  readonly position: number;
  readonly even: boolean;
  /** Id and version of the pack. */
  readonly pack: string;
}

/** One frame of the animation as it was when it was asked for: it may have changed since. */
interface Wanted {
  readonly index: number;
  readonly spot: Spot;
}

/** A way through several prompts, pictures and portraits, as a film. */
export class Timeline {
  #values = $state.raw<Values>(
    load('timeline', valuesSchema) ?? {
      ...{ keys: firstKeys(), seed: randomSeed() },
      ...{ loop: false, even: true, fps: DEFAULT_FPS },
    },
  );
  #index = $state(load('timeline-frame', z.int().nonnegative()) ?? 0);
  #selected = $state(this.#values.keys[0]?.id ?? 0);
  #frame = $state.raw<Frame | null>(null);
  /** Which frame of the animation is seen; behind the thumb by as much as drawing takes. */
  #frameIndex = $state(0);
  #provisional = $state(false);
  #thumbnails = $state.raw<readonly (Frame | null)[]>([]);
  #warmth = $state(0);
  #error = $state.raw<StudioError | null>(null);
  #playing = $state(false);
  #keeping = $state(false);
  /** Whether anybody sees the timeline. */
  #resting = true;
  #changeTimer: ReturnType<typeof setTimeout> | undefined;
  #warmTimer: ReturnType<typeof setTimeout> | undefined;
  #warming: AbortController | null = null;
  readonly #service: StudioService;
  readonly #settings: Settings;
  readonly #undo: UndoStack;
  readonly #pack: () => string;
  readonly #cache = new FrameCache(CACHE_BYTES);
  readonly #loop: LatestLoop<Wanted, PreviewFrame>;
  readonly #channel = `timeline/${crypto.randomUUID()}`;

  /** The timeline as the engine is asked for it; null until every key-frame is set. */
  readonly request: Request | null = $derived.by(() => this.#toRequest());

  constructor(
    service: StudioService,
    settings: Settings,
    undo: UndoStack,
    pack: () => Pick<PackInfo, 'id' | 'version'> | null,
  ) {
    this.#service = service;
    this.#settings = settings;
    this.#undo = undo;
    this.#pack = () => {
      const { id, version } = pack() ?? { id: '', version: '' };
      return `${id} ${version}`;
    };
    this.#loop = new LatestLoop({
      render: ({ spot }, settled, signal) => this.#draw(spot, settled ? 'full' : 'small', signal),
      deliver: (frame, { spot, index }, settled) => {
        if (!frame.provisional) this.#cache.set(keyOf(spot, settled ? 'full' : 'small'), frame);
        this.#show(frame, index, frame.provisional);
      },
      fail: (error) => this.#fail(error),
    });
  }

  get keys(): readonly Key[] {
    return this.#values.keys;
  }

  get seed(): number {
    return this.#values.seed;
  }

  get loop(): boolean {
    return this.#values.loop;
  }

  get even(): boolean {
    return this.#values.even;
  }

  get fps(): Values['fps'] {
    return this.#values.fps;
  }

  /** How long the whole lasts, in seconds. */
  get seconds(): number {
    const { keys, loop } = this.#values;
    return beginOf(keys, loop ? keys.length : keys.length - 1);
  }

  get frames(): number {
    return Math.max(2, Math.round(this.seconds * this.fps));
  }

  /** Which frame of the animation the playhead stands on. */
  get index(): number {
    return Math.min(this.#index, this.frames - 1);
  }

  /** Where the playhead stands, in seconds. */
  get time(): number {
    return (this.seconds * this.index) / (this.loop ? this.frames : this.frames - 1);
  }

  get selected(): Key | null {
    return this.keys.find(({ id }) => id === this.#selected) ?? this.keys[0] ?? null;
  }

  get selectedIndex(): number {
    return this.keys.findIndex((key) => key.id === this.selected?.id);
  }

  get frame(): Frame | null {
    return this.#frame;
  }

  get frameIndex(): number {
    return this.#frameIndex;
  }

  /** What is seen was drawn before even steps were measured. */
  get measuring(): boolean {
    return this.#provisional;
  }

  get thumbnails(): readonly (Frame | null)[] {
    return this.#thumbnails;
  }

  /** What share of the frames is drawn ahead, from 0 to 1. */
  get warmth(): number {
    return this.#warmth;
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

  get isReady(): boolean {
    return this.request !== null;
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

  rollSeed(): void {
    this.set({ seed: randomSeed() });
  }

  select(id: number): void {
    this.#selected = id;
  }

  /** Shows a key-frame where it stands. */
  visit(id: number): void {
    this.select(id);
    const seconds = beginOf(this.keys, this.selectedIndex);
    this.goTo(this.#indexAt(seconds), true);
  }

  /** Goes back to the moment of a timeline where a portrait was found. */
  open({ keys, loop, even, settings }: Request, at: number): void {
    const [first] = keys;
    if (!first) return;
    const seed = keys
      .map(({ anchor }) => anchor)
      .find((anchor) => anchor.kind !== 'portrait')?.seed;
    const { truncation = null, temperature = null, gap = null } = settings;
    const values = {
      ...{ ...this.#values, loop, even, seed: seed ?? this.seed },
      keys: keys.map(({ anchor, ...way }, index) => ({
        ...{ ...way, id: index + 1 },
        slot: slotOf(anchor),
      })),
    };
    const put = (manner: Partial<SettingValues>, of: Values) => () => {
      this.#settings.apply(manner);
      this.#put(of);
    };
    const undo = put(this.#settings.snapshot(), this.#values);
    const redo = put({ truncation, temperature, gap }, values);
    redo();
    this.#undo.push({ label: strings.undo.recall, undo, redo });
    this.goTo(this.#indexAt(at), true);
  }

  // Looking at it

  /** Moves the playhead to a frame; `settled` when the hand has let go. */
  goTo(index: number, settled: boolean): void {
    this.#playing = false;
    this.#look(Math.min(this.frames - 1, Math.max(0, Math.round(index))), settled);
  }

  togglePlay(): void {
    this.#playing = !this.#playing && this.isReady;
    if (!this.#playing) return this.#look(this.index, true);
    this.#warming?.abort();
    const from = this.index >= this.frames - 1 ? 0 : this.index;
    const begin = performance.now() - (from / this.fps) * 1_000;
    const tick = (now: number): void => {
      if (!this.#playing) return;
      const passed = Math.max(0, Math.floor(((now - begin) / 1_000) * this.fps));
      if (!this.loop && passed >= this.frames - 1) return this.goTo(this.frames - 1, true);
      this.#look(passed % this.frames, false);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Draws what there is to see: on entering the place, and when something has changed. */
  refresh(): void {
    this.#resting = false;
    clearTimeout(this.#changeTimer);
    this.#look(this.index, true);
  }

  /** Stops what only serves the eye: the place is being left. */
  rest(): void {
    this.#resting = true;
    this.#playing = false;
    this.#stopDrawing();
  }

  /** Keeps the frame under the playhead as a portrait of the library. */
  async keep(): Promise<Generation | null> {
    const timeline = this.request;
    if (!timeline || this.#keeping) return null;
    this.#keeping = true;
    try {
      return await this.#service.keepMoment({ timeline, at: this.time });
    } finally {
      this.#keeping = false;
    }
  }

  /** The picture of a key-frame that is drawn for it; null for portraits, which have theirs. */
  async drawKey({ id, slot }: Key, signal: AbortSignal): Promise<Frame | null> {
    if (slot.kind === 'portrait' || !isSet(slot)) return null;
    const anchor = anchorOf(slot, this.seed);
    const { overrides: settings } = this.#settings;
    const picture = JSON.stringify([anchor, settings, this.#pack()]);
    const known = this.#cache.get(picture);
    if (known) return known;
    const frame = await this.#service.preview(
      {
        ...{ from: anchor, to: anchor, path: 'w', settings, position: 0, size: 'full' },
        channel: `${this.#channel}/${id}`,
      },
      { signal },
    );
    this.#cache.set(picture, frame);
    return frame;
  }

  #toRequest(): Request | null {
    const { keys, loop, even, seed } = this.#values;
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
    const before = this.#values;
    const after = { ...before, ...values };
    this.#put(after);
    this.#undo.push({
      label: strings.undo.timeline,
      ...(merge !== undefined && { merge: `timeline/${merge}` }),
      undo: () => this.#put(before),
      redo: () => this.#put(after),
    });
  }

  #put(values: Values): void {
    // The moment that is looked at stays, not the number of its frame.
    const { time } = this;
    this.#values = values;
    save('timeline', values);
    this.#index = this.#indexAt(time);
    this.#refreshSoon();
  }

  #refreshSoon(): void {
    // What is under way is of the timeline as it was.
    this.#stopDrawing();
    if (!this.#resting) this.#changeTimer = setTimeout(() => this.refresh(), CHANGE_DELAY_MS);
  }

  #stopDrawing(): void {
    this.#loop.stop();
    this.#stopWarming();
    clearTimeout(this.#changeTimer);
  }

  #indexAt(seconds: number): number {
    const last = this.loop ? this.frames : this.frames - 1;
    return Math.min(this.frames - 1, Math.round((seconds / this.seconds) * last));
  }

  #look(index: number, settled: boolean): void {
    this.#index = index;
    if (settled) save('timeline-frame', index);
    if (this.#resting) return;
    if (settled) this.#warmSoon();
    else this.#stopWarming();
    const spot = this.#spot(index);
    if (!spot) {
      this.#frame = null;
      this.#provisional = false;
      return;
    }
    const full = this.#cache.get(keyOf(spot, 'full'));
    const known = full ?? this.#cache.get(keyOf(spot, 'small'));
    if (known) this.#show(known, index, false);
    if (full || (known && !settled)) return this.#loop.stop();
    this.#loop.request({ index, spot }, settled);
  }

  #show(frame: Frame, index: number, provisional: boolean): void {
    this.#frame = frame;
    this.#frameIndex = index;
    this.#provisional = provisional;
    this.#error = null;
  }

  #spot(index: number): Spot | null {
    const { request } = this;
    if (!request) return null;
    const { segment, progress } = momentAt(request, timeOfFrame(request, this.fps, index));
    const way = segmentsOf(request)[segment];
    const key = request.keys[segment];
    if (!way || !key) return null;
    return {
      between: { from: way.from, to: way.to, path: key.path, settings: request.settings },
      ...{ position: progress, even: this.even, pack: this.#pack() },
    };
  }

  #draw(
    { between, position, even }: Spot,
    size: FrameSize,
    signal: AbortSignal,
    channel = this.#channel,
  ): Promise<PreviewFrame> {
    return this.#service.preview({ ...between, channel, position, even, size }, { signal });
  }

  #stopWarming(): void {
    this.#warming?.abort();
    clearTimeout(this.#warmTimer);
  }

  #warmSoon(): void {
    this.#stopWarming();
    this.#warmTimer = setTimeout(() => void this.#warm(), WARM_DELAY_MS);
  }

  /**
   * Draws all frames small, those along the axis first, so that scrubbing has nothing to wait for. Of a
   * film that does not fit into memory, as many as do, evenly spread.
   */
  async #warm(): Promise<void> {
    if (!this.isReady) {
      this.#thumbnails = [];
      this.#warmth = 0;
      return;
    }
    const abort = new AbortController();
    this.#warming = abort;
    const { frames } = this;
    const marks = Array.from({ length: THUMBNAILS }, (_, i) =>
      Math.round((i / (THUMBNAILS - 1)) * (frames - 1)),
    );
    let warm = 0;
    let size = 1;
    try {
      for (const [i, index] of marks.entries()) {
        const frame = await this.#drawAhead(index, abort.signal);
        size = frame?.pixels.length ?? size;
        if (this.#thumbnails.length !== marks.length) this.#thumbnails = marks.map(() => null);
        this.#thumbnails = this.#thumbnails.with(i, frame);
      }
      const every = Math.ceil((frames * size) / AHEAD_BYTES);
      for (let index = 0; index < frames; index += every) {
        await this.#drawAhead(index, abort.signal);
        this.#warmth = ++warm / frames;
      }
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    }
  }

  async #drawAhead(index: number, signal: AbortSignal): Promise<Frame | null> {
    const spot = this.#spot(index);
    if (!spot) return null;
    for (;;) {
      const known = this.#cache.get(keyOf(spot, 'small'));
      if (known) return known;
      const frame = await this.#draw(spot, 'small', signal, `${this.#channel}/ahead`);
      signal.throwIfAborted();
      if (!frame.provisional) this.#cache.set(keyOf(spot, 'small'), frame);
      else await new Promise((resolve) => setTimeout(resolve, MEASURE_DELAY_MS));
      signal.throwIfAborted();
    }
  }

  #fail(error: unknown): void {
    const failure = toStudioError(error);
    if (failure.code === 'cancelled' || failure.code === 'superseded') return;
    this.#playing = false;
    this.#error = failure;
  }
}

function keyOf(spot: Spot, size: FrameSize): string {
  return JSON.stringify([spot, size]);
}
