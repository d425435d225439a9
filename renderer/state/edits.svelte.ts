import { z } from 'zod';
import type { Frame } from '../../electron/contract/draw.ts';
import {
  directionRefSchema,
  type DirectionRef,
  type Edit,
  type PrincipalDirection,
} from '../../electron/contract/edit.ts';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import { type Generation, generationIdSchema } from '../../electron/contract/generation.ts';
import { layerRanges, layerRangeSchema, type LayerRange } from '../../electron/contract/layers.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { LatestLoop } from './latest.ts';
import { cornerWeights, type Point } from './plane.ts';
import { load, save } from './saved.ts';
import { keyOf, ownIn, type Slide } from './sliders.ts';
import type { UndoStack } from './undo.svelte.ts';

/** How long the hand must rest before the portrait is drawn at full size. */
const SETTLE_MS = 180;
/** Reach of a phrase, in full steps, and of a principal direction, in standard deviations. */
const PHRASE_REACH = 1;
const PRINCIPAL_REACH = 3;
/** So many phrases are sliders at once, and more only while something is done with all of them. */
const MAX_PHRASES = 12;

export type Phrase = Extract<DirectionRef, { kind: 'text' }>;
const phraseSchema = directionRefSchema.options[1];

const setupSchema = z.object({
  phrases: z.array(phraseSchema),
  /** Where sliders act that have been told so, by their key. */
  layers: z.record(z.string(), layerRangeSchema),
  /** Keys of the sliders that span the plane. */
  axes: z.tuple([z.string(), z.string()]).nullable(),
  /** Whether the model's own directions are shown. */
  own: z.boolean(),
});
type Setup = z.infer<typeof setupSchema>;

/** What has been done to one portrait and not been kept yet. */
const touchSchema = z.object({
  /** By the key of a slider; those at 0 are left out. */
  amounts: z.record(z.string(), z.number()),
  /** The plane between portraits: the others at its corners, and where the thumb is. */
  corners: z.array(generationIdSchema),
  at: z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }),
});
type Touch = z.infer<typeof touchSchema>;

/** Portraits whose sliders are remembered, those moved last. */
const TOUCHES_KEPT = 50;

const UNTOUCHED: Touch = { amounts: {}, corners: [], at: { x: 0, y: 0 } };

/** A portrait with edits, as it is asked for. */
interface Wish {
  readonly of: string;
  readonly edits: Edit[];
}

/** A slider as it stands in the inspector. */
export interface EditSlider {
  readonly key: string;
  readonly direction: DirectionRef;
  readonly title: string;
  readonly min: number;
  readonly max: number;
  readonly layers: LayerRange;
}

/** Sliders and the plane: what is done to the portrait on the easel until it is kept or let go. */
export class Edits {
  #setup = $state<Setup>(
    load('edits', setupSchema) ?? { phrases: [], layers: {}, axes: null, own: false },
  );
  #touches = $state.raw<Readonly<Record<string, Touch>>>(
    load('touches', z.record(generationIdSchema, touchSchema)) ?? {},
  );
  #of = $state<string | null>(null);
  /** Whether anybody sees the easel. */
  #resting = true;
  #frame = $state.raw<Frame | null>(null);
  #gains = $state.raw<Readonly<Record<string, number>>>({});
  #error = $state.raw<StudioError | null>(null);
  #principal = $state.raw<readonly PrincipalDirection[] | null>(null);
  #search = $state.raw<{ done: number; total: number } | null>(null);
  #keeping = $state(false);
  #settle: ReturnType<typeof setTimeout> | undefined;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #judging: AbortController | null = null;
  #searching: AbortController | null = null;
  readonly #service: StudioService;
  readonly #undo: UndoStack;
  readonly #pack: () => PackInfo | null;
  readonly #loop: LatestLoop<Wish, Frame>;
  /** Two windows on one studio must not take each other's frames for stale. */
  readonly #channel = `edit/${crypto.randomUUID()}`;

  constructor(service: StudioService, undo: UndoStack, pack: () => PackInfo | null) {
    this.#service = service;
    this.#undo = undo;
    this.#pack = pack;
    this.#loop = new LatestLoop({
      render: (wish, settled, signal) => this.#render(wish, settled, signal),
      deliver: (frame, wish, settled) => {
        // A frame that was under way when the artist went on to another portrait.
        if (wish.of !== this.#of) return;
        this.#frame = frame;
        this.#error = null;
        if (settled) void this.#judge(wish);
      },
      fail: (error) => this.#fail(error),
    });
  }

  /** The sliders of directions that the pack brings. */
  get named(): EditSlider[] {
    return (this.#pack()?.directions ?? []).map(({ id, title, range: [min, max], layers }) =>
      this.#slider({ kind: 'named', id }, title, min, max, layers),
    );
  }

  get phrases(): EditSlider[] {
    return this.#setup.phrases.map((phrase) =>
      this.#slider({ ...phrase }, strings.edits.phrase(phrase), -PHRASE_REACH, PHRASE_REACH),
    );
  }

  /** The sliders of the generator's principal directions, once they have been looked for. */
  get own(): EditSlider[] {
    return (this.#principal ?? []).map(({ index }) => this.#ownSlider(index));
  }

  get sliders(): EditSlider[] {
    return [...this.named, ...this.own, ...this.phrases];
  }

  /** How far the search for the generator's own directions is; null when there is none. */
  get search(): { done: number; total: number } | null {
    return this.#search;
  }

  get isOwnShown(): boolean {
    return this.#setup.own;
  }

  amount(key: string): number {
    return this.#touch.amounts[key] ?? 0;
  }

  /** How much a slider adds to CLIP's score for its phrase; null while nobody knows. */
  gain(key: string): number | null {
    return this.amount(key) === 0 ? null : (this.#gains[key] ?? null);
  }

  /** The two sliders that span the plane, null until they are chosen. */
  get axes(): readonly [EditSlider, EditSlider] | null {
    const sliders = this.sliders;
    const [x, y] = (this.#setup.axes ?? []).map((key) => sliders.find((one) => one.key === key));
    return x && y ? [x, y] : null;
  }

  /** The other portraits at the corners of the plane. */
  get corners(): readonly string[] {
    return this.#touch.corners;
  }

  /** Where the thumb is between the corners: 0, 0 is the portrait itself. */
  get at(): Point {
    return this.#touch.at;
  }

  /** The portrait that is edited. */
  get of(): string | null {
    return this.#of;
  }

  /** The edited portrait as far as it is drawn; null where the portrait itself is to be seen. */
  get frame(): Frame | null {
    return this.isEdited ? this.#frame : null;
  }

  get isEdited(): boolean {
    return this.edits.length > 0;
  }

  get error(): StudioError | null {
    return this.#error;
  }

  dismissError(): void {
    this.#error = null;
  }

  get keeping(): boolean {
    return this.#keeping;
  }

  /** Everything that is done to the portrait: where it lies between others first, then the sliders. */
  get edits(): Edit[] {
    const { amounts } = this.#touch;
    // The generator's own count also while they are hidden.
    const own = ownIn(Object.keys(amounts)).map((index) => this.#ownSlider(index));
    const slides = [...this.named, ...own, ...this.phrases].flatMap(
      ({ key, direction, layers }): Edit[] => {
        const amount = amounts[key] ?? 0;
        return amount === 0 ? [] : [{ kind: 'slide', direction, amount, layers }];
      },
    );
    return [...this.#blend(), ...slides];
  }

  /** Turns to another portrait, with what has been done to it before. */
  begin(of: string | null): void {
    if (of === this.#of && !this.#resting) return;
    this.#resting = false;
    if (of !== this.#of) {
      this.#of = of;
      this.#frame = null;
      this.#gains = {};
    }
    this.#refresh();
  }

  /** Stops what only serves the eye: the place is being left. */
  rest(): void {
    this.#resting = true;
    clearTimeout(this.#settle);
    this.#loop.stop();
    this.#judging?.abort();
  }

  slide(key: string, amount: number): void {
    this.#change(strings.undo.slider, `slide/${key}`, () => this.#setAmounts({ [key]: amount }));
  }

  /** Moves both sliders of the plane at once. */
  slideBoth(keys: readonly [string, string], amounts: readonly [number, number]): void {
    const [x, y] = keys;
    this.#change(strings.undo.slider, 'plane', () =>
      this.#setAmounts(x === y ? { [x]: amounts[0] } : { [x]: amounts[0], [y]: amounts[1] }),
    );
  }

  moveBetween(at: Point): void {
    this.#change(strings.undo.plane, 'corners', () => this.#setTouch({ at }));
  }

  /** Spans the plane by the portrait on the easel and two or three others. */
  setCorners(corners: readonly string[]): void {
    this.#change(strings.undo.plane, 'corners/set', () =>
      this.#setTouch({ corners: [...corners], at: UNTOUCHED.at }),
    );
  }

  setAxes(axes: readonly [string, string]): void {
    this.#change(strings.undo.plane, 'axes', () => this.#put({ axes: [...axes] }));
  }

  setLayers(key: string, layers: LayerRange): void {
    this.#change(strings.undo.slider, `layers/${key}`, () =>
      this.#put({ layers: { ...this.#setup.layers, [key]: layers } }),
    );
  }

  /** @returns the key of the slider that the phrase is now, or was already */
  addPhrase(phrase: Phrase): string {
    const key = keyOf(phrase);
    const { phrases } = this.#setup;
    if (phrases.some((other) => keyOf(other) === key)) return key;
    this.#change(strings.undo.phrase, undefined, () =>
      this.#put({ phrases: [...this.#withRoom(1), phrase] }),
    );
    return key;
  }

  /** Puts the sliders of the portrait on the easel where they stood when another was made. */
  open(slides: readonly Slide[]): void {
    const keys = slides.map(({ direction }) => keyOf(direction));
    const phrases = slides.flatMap(({ direction }) =>
      direction.kind === 'text' ? [direction] : [],
    );
    this.#change(strings.undo.recall, undefined, () => {
      const others = this.#withRoom(phrases.length).filter(
        (phrase) => !keys.includes(keyOf(phrase)),
      );
      const layers = slides.map(({ direction, layers }) => [keyOf(direction), layers] as const);
      this.#put({
        phrases: [...others, ...phrases],
        layers: { ...this.#setup.layers, ...Object.fromEntries(layers) },
      });
      const amounts = slides.map(({ direction, amount }) => [keyOf(direction), amount] as const);
      this.#setTouch({ ...UNTOUCHED, amounts: Object.fromEntries(amounts) });
    });
  }

  removePhrase(key: string): void {
    this.#change(strings.undo.phrase, undefined, () => {
      this.#setAmounts({ [key]: 0 });
      this.#put({ phrases: this.#setup.phrases.filter((phrase) => keyOf(phrase) !== key) });
    });
  }

  disentangle(key: string, disentangle: number): void {
    this.#change(strings.undo.slider, `disentangle/${key}`, () =>
      this.#put({
        phrases: this.#setup.phrases.map((phrase) =>
          keyOf(phrase) === key ? { ...phrase, disentangle } : phrase,
        ),
      }),
    );
  }

  /** Lets go of everything done to the portrait. */
  reset(): void {
    this.#change(strings.undo.reset, undefined, () => this.#setTouch(UNTOUCHED));
  }

  /** Shows the generator's own directions, looking for them if nobody has; or hides them. */
  async toggleOwn(): Promise<void> {
    this.#put({ own: !this.#setup.own });
    if (this.#setup.own) await this.findOwn();
    else this.#searching?.abort();
  }

  /** Forgets what belongs to the pack that was in use before, and draws with the one that is now. */
  async turnToPack(): Promise<void> {
    this.#principal = null;
    this.#frame = null;
    this.#searching?.abort();
    this.#refresh();
    if (this.#setup.own) await this.findOwn();
  }

  async findOwn(): Promise<void> {
    const abort = new AbortController();
    this.#searching = abort;
    const onEvent = advancesOf('sample', ({ done, total }) => {
      this.#search = { done, total };
    });
    try {
      this.#principal = await this.#service.principalDirections(
        {},
        { signal: abort.signal, onEvent },
      );
      this.#refresh();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#put({ own: false });
      this.#fail(error);
    } finally {
      if (this.#searching === abort) this.#search = null;
    }
  }

  async renameOwn(index: number, name: string): Promise<void> {
    const before = this.#principal?.find((direction) => direction.index === index)?.name ?? '';
    const put = (to: string) => async () => {
      await this.#service.renamePrincipal({ index, name: to });
      this.#principal = (this.#principal ?? []).map((direction) =>
        direction.index === index ? { index, name: to.trim() || null } : direction,
      );
    };
    if (name.trim() === before) return;
    await put(name)();
    this.#undo.push({ label: strings.undo.name, undo: put(before), redo: put(name) });
  }

  /** Keeps the edited portrait in the library. */
  async keep(): Promise<Generation | null> {
    const [of, edits] = [this.#of, this.edits];
    if (of === null || edits.length === 0 || this.#keeping) return null;
    this.#keeping = true;
    let kept: Generation | null = null;
    try {
      await this.#service.generate(
        { origin: { kind: 'edit', of, edits }, count: 1, settings: {} },
        { onEvent: (event) => event.kind === 'portrait' && (kept = event.generation) },
      );
    } finally {
      this.#keeping = false;
    }
    return kept;
  }

  get #touch(): Touch {
    return (this.#of !== null && this.#touches[this.#of]) || UNTOUCHED;
  }

  /** The phrases that stay when so many come: of those that nothing is done with, the oldest go. */
  #withRoom(coming: number): Phrase[] {
    const { phrases } = this.#setup;
    const used = Object.values(this.#touches).flatMap(({ amounts }) => Object.keys(amounts));
    const idle = phrases.filter((phrase) => !used.includes(keyOf(phrase)));
    const gone = idle.slice(0, Math.max(0, phrases.length + coming - MAX_PHRASES));
    return phrases.filter((phrase) => !gone.includes(phrase));
  }

  #ownSlider(index: number): EditSlider {
    const name = this.#principal?.find((direction) => direction.index === index)?.name;
    const title = name ?? strings.edits.ownDirection(index + 1);
    return this.#slider({ kind: 'principal', index }, title, -PRINCIPAL_REACH, PRINCIPAL_REACH);
  }

  #slider(
    direction: DirectionRef,
    title: string,
    min: number,
    max: number,
    layers: LayerRange = layerRanges(this.#pack()?.layers ?? 1).all,
  ): EditSlider {
    const key = keyOf(direction);
    // Chosen for another pack, they may be none of this one's.
    const chosen = this.#setup.layers[key];
    const isThere = chosen && chosen[1] < (this.#pack()?.layers ?? 1);
    return { key, direction, title, min, max, layers: isThere ? chosen : layers };
  }

  #blend(): Edit[] {
    const { corners, at } = this.#touch;
    const weights = cornerWeights(at, corners.length);
    const others = corners.map((id, i) => ({ id, weight: weights[i] ?? 0 }));
    if (others.every(({ weight }) => weight === 0)) return [];
    const layers = layerRanges(this.#pack()?.layers ?? 1).all;
    return [{ kind: 'blend', with: others, layers }];
  }

  /** Makes a change and records how to take it back. */
  #change(label: string, merge: string | undefined, make: () => void): void {
    const of = this.#of;
    const state = () => ({ setup: $state.snapshot(this.#setup), touches: this.#touches });
    const put =
      ({ setup, touches }: ReturnType<typeof state>) =>
      () => {
        this.#touches = touches;
        this.#remember();
        // What is shown of the model is no step of the history.
        this.#put({ ...setup, own: this.#setup.own });
      };
    const before = state();
    make();
    this.#undo.push({
      label,
      ...(merge !== undefined && { merge: `edits/${of}/${merge}` }),
      undo: put(before),
      redo: put(state()),
    });
  }

  #setAmounts(changed: Readonly<Record<string, number>>): void {
    const amounts = Object.entries({ ...this.#touch.amounts, ...changed });
    this.#setTouch({ amounts: Object.fromEntries(amounts.filter(([, amount]) => amount !== 0)) });
  }

  #setTouch(touch: Partial<Touch>): void {
    if (this.#of === null) return;
    const { [this.#of]: before = UNTOUCHED, ...others } = this.#touches;
    this.#touches = { ...others, [this.#of]: { ...before, ...touch } };
    this.#refresh();
    this.#remember();
  }

  /** Where sliders stand outlives the window; written once the hand rests. */
  #remember(): void {
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      save('touches', Object.fromEntries(Object.entries(this.#touches).slice(-TOUCHES_KEPT)));
    }, SETTLE_MS);
  }

  #put(setup: Partial<Setup>): void {
    Object.assign(this.#setup, setup);
    save('edits', this.#setup);
    this.#refresh();
  }

  /** Draws what is to be seen: small at once, and at full size when the hand has come to rest. */
  #refresh(): void {
    clearTimeout(this.#settle);
    this.#judging?.abort();
    const [of, edits] = [this.#of, this.edits];
    if (edits.length === 0) {
      // What was let go of must not come back with the next edit, nor what was wrong with it.
      this.#frame = null;
      this.#error = null;
    }
    if (of === null || edits.length === 0 || this.#resting) return this.#loop.stop();
    const wish = { of, edits };
    this.#loop.request(wish, false);
    this.#settle = setTimeout(() => this.#loop.request(wish, true), SETTLE_MS);
  }

  #render(wish: Wish, settled: boolean, signal: AbortSignal): Promise<Frame> {
    const size = settled ? 'full' : 'small';
    return this.#service.previewEdit({ channel: this.#channel, ...wish, size }, { signal });
  }

  /** Asks what the text sliders have done in CLIP's eyes. */
  async #judge(wish: Wish): Promise<void> {
    const { edits } = wish;
    const isJudged = edits.some((edit) => edit.kind === 'slide' && edit.direction.kind === 'text');
    if (!isJudged) return;
    const abort = new AbortController();
    this.#judging = abort;
    try {
      const { gains } = await this.#service.judgeEdits(wish, { signal: abort.signal });
      if (abort.signal.aborted) return;
      this.#gains = Object.fromEntries(
        edits.flatMap((edit, i) => {
          const gain = gains[i] ?? null;
          return edit.kind === 'slide' && gain !== null ? [[keyOf(edit.direction), gain]] : [];
        }),
      );
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const failure = toStudioError(error);
    if (failure.code !== 'cancelled' && failure.code !== 'superseded') this.#error = failure;
  }
}
