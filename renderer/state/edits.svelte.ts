import type { Frame } from '../../electron/contract/draw.ts';
import type { Edit } from '../../electron/contract/edit.ts';
import type { Generation } from '../../electron/contract/generation.ts';
import type { LayerRange } from '../../electron/contract/layers.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { type Adjustment, Adjustments, NOTHING_DONE } from './adjustments.svelte.ts';
import { EditPreview } from './edit-preview.svelte.ts';
import { Keeping } from './keeping.svelte.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';
import { cornerWeights, type Point } from './plane.ts';
import { PrincipalDirections } from './principal-directions.svelte.ts';
import { type Phrase, SliderSet } from './slider-set.svelte.ts';
import { keyOf, type Slide } from './sliders.ts';
import type { UndoStack } from './undo.svelte.ts';

/** Sliders and the plane: what is done to the portrait on the easel until it is kept or let go. */
export class Edits {
  #of = $state<string | null>(null);
  /** Whether anybody sees the easel. */
  #resting = true;
  readonly #adjustments = new Adjustments();
  readonly #undo: UndoStack;
  readonly #onChange: () => void;
  readonly principal: PrincipalDirections;
  readonly sliders: SliderSet;
  readonly preview: EditPreview;
  readonly keeping: Keeping;

  /** @param onChange called when the artist has changed something */
  constructor(
    service: StudioService,
    undo: UndoStack,
    speed: FrameSpeed,
    pack: () => PackInfo | null,
    onChange = () => {},
  ) {
    this.#undo = undo;
    this.#onChange = onChange;
    this.principal = new PrincipalDirections(service, undo);
    this.sliders = new SliderSet(pack, this.principal);
    this.preview = new EditPreview(service, speed);
    this.keeping = new Keeping(() => this.#keep(service));
  }

  amount(key: string): number {
    return this.#adjustment.amounts[key] ?? 0;
  }

  /** How much a slider adds to CLIP's score for its phrase; null while nobody knows. */
  gain(key: string): number | null {
    return this.amount(key) === 0 ? null : (this.preview.gains[key] ?? null);
  }

  /** Why a phrase is not seen, in words; null while it is, or while nobody knows. */
  silence(key: string): string | null {
    const told = this.amount(key) === 0 ? undefined : this.preview.silences[key];
    if (!told) return null;
    const { why, by } = told;
    const words = strings.edits.silences;
    if (why.kind === 'unheard') return words.unheard(why.words);
    if (why.kind !== 'edit') return words[why.kind];
    const slider = by?.kind === 'slide' ? keyOf(by.direction) : null;
    const hiding = this.sliders.all.find((one) => one.key === slider);
    return words.edit(hiding?.title ?? strings.edits.plane);
  }

  /** The other portraits at the corners of the plane. */
  get corners(): readonly string[] {
    return this.#adjustment.corners;
  }

  /** Where the thumb is between the corners: 0, 0 is the portrait itself. */
  get at(): Point {
    return this.#adjustment.at;
  }

  /** The portrait that is edited. */
  get of(): string | null {
    return this.#of;
  }

  /** The edited portrait as far as it is drawn; null where the portrait itself is to be seen. */
  get frame(): Frame | null {
    return this.isEdited ? this.preview.frame : null;
  }

  get isEdited(): boolean {
    return this.edits.length > 0;
  }

  /** Everything that is done to the portrait: where it lies between others first, then the sliders. */
  get edits(): Edit[] {
    return [...this.#blend(), ...this.sliders.slides(this.#adjustment.amounts)];
  }

  // Looking at it

  /** Turns to another portrait, with what has been done to it before. */
  begin(of: string | null): void {
    if (of === this.#of && !this.#resting) return;
    this.#resting = false;
    if (of !== this.#of) {
      this.#of = of;
      this.preview.forget();
    }
    this.#refresh();
  }

  /** Stops what only serves the eye: the place is being left. */
  rest(): void {
    this.#resting = true;
    this.preview.rest();
  }

  // Changing it, each time as one step of the history

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

  /** Moves any of them at once, by their key. */
  slideAll(amounts: Readonly<Record<string, number>>): void {
    this.#change(strings.undo.slider, 'all', () => this.#setAmounts(amounts));
  }

  moveBetween(at: Point): void {
    this.#change(strings.undo.plane, 'corners', () => this.#adjust({ at }));
  }

  /** Spans the plane by the portrait on the easel and two or three others. */
  setCorners(corners: readonly string[]): void {
    this.#change(strings.undo.plane, 'corners/set', () =>
      this.#adjust({ corners: [...corners], at: NOTHING_DONE.at }),
    );
  }

  setAxes(axes: readonly [string, string]): void {
    this.#change(strings.undo.plane, 'axes', () => this.sliders.put({ axes: [...axes] }));
  }

  setLayers(key: string, layers: LayerRange): void {
    this.#change(strings.undo.slider, `layers/${key}`, () =>
      this.sliders.put({ layers: { ...this.sliders.setup.layers, [key]: layers } }),
    );
  }

  /** @returns the key of the slider that the phrase is now, or was already */
  addPhrase(phrase: Phrase): string {
    const key = keyOf(phrase);
    const { phrases } = this.sliders.setup;
    if (phrases.some((other) => keyOf(other) === key)) return key;
    this.#change(strings.undo.phrase, undefined, () =>
      this.sliders.put({ phrases: [...this.#withRoom(1), phrase] }),
    );
    return key;
  }

  removePhrase(key: string): void {
    const { phrases } = this.sliders.setup;
    this.#change(strings.undo.phrase, undefined, () => {
      this.#setAmounts({ [key]: 0 });
      this.sliders.put({ phrases: phrases.filter((phrase) => keyOf(phrase) !== key) });
    });
  }

  disentangle(key: string, disentangle: number): void {
    const phrases = this.sliders.setup.phrases.map((phrase) =>
      keyOf(phrase) === key ? { ...phrase, disentangle } : phrase,
    );
    this.#change(strings.undo.slider, `disentangle/${key}`, () => this.sliders.put({ phrases }));
  }

  /** Puts the sliders of the portrait on the easel where they stood when another was made. */
  open(slides: readonly Slide[]): void {
    const keys = slides.map(({ direction }) => keyOf(direction));
    const phrases = slides.flatMap(({ direction }) =>
      direction.kind === 'text' ? [direction] : [],
    );
    const others = this.#withRoom(phrases.length).filter((phrase) => !keys.includes(keyOf(phrase)));
    const layers = slides.map(({ direction, layers }) => [keyOf(direction), layers] as const);
    const amounts = slides.map(({ direction, amount }) => [keyOf(direction), amount] as const);
    this.#change(strings.undo.recall, undefined, () => {
      this.sliders.put({
        phrases: [...others, ...phrases],
        layers: { ...this.sliders.setup.layers, ...Object.fromEntries(layers) },
      });
      this.#adjust({ ...NOTHING_DONE, amounts: Object.fromEntries(amounts) });
    });
  }

  /** Lets go of everything done to the portrait. */
  reset(): void {
    this.#change(strings.undo.reset, undefined, () => this.#adjust(NOTHING_DONE));
  }

  // The generator's own directions

  /** Shows them, looking for them if nobody has; or hides them. */
  async toggleOwn(): Promise<void> {
    this.sliders.put({ own: !this.sliders.isOwnShown });
    if (this.sliders.isOwnShown) await this.#findOwn();
    else this.principal.stop();
  }

  /** Lets go of what belongs to the pack that was in use before, and draws with the one that is now. */
  async turnToPack(): Promise<void> {
    this.principal.forget();
    this.preview.show(null);
    this.#refresh();
    if (this.sliders.isOwnShown) await this.#findOwn();
  }

  async #findOwn(): Promise<void> {
    try {
      if (await this.principal.find()) this.#refresh();
    } catch (error) {
      this.sliders.put({ own: false });
      this.preview.live.fail(error);
    }
  }

  async #keep(service: StudioService): Promise<Generation | null> {
    const [of, edits] = [this.#of, this.edits];
    if (of === null || edits.length === 0) return null;
    let kept: Generation | null = null;
    await service.generate(
      { origin: { kind: 'edit', of, edits }, count: 1, settings: {} },
      { onEvent: (event) => event.kind === 'portrait' && (kept = event.generation) },
    );
    return kept;
  }

  get #adjustment(): Adjustment {
    return this.#adjustments.to(this.#of);
  }

  #withRoom(coming: number): Phrase[] {
    return this.sliders.withRoom(coming, this.#adjustments.usedSliders);
  }

  #blend(): Edit[] {
    const { corners, at } = this.#adjustment;
    const weights = cornerWeights(at, corners.length);
    const others = corners.map((id, i) => ({ id, weight: weights[i] ?? 0 }));
    if (others.every(({ weight }) => weight === 0)) return [];
    return [{ kind: 'blend', with: others, layers: this.sliders.allLayers }];
  }

  #setAmounts(changed: Readonly<Record<string, number>>): void {
    if (this.#of !== null) this.#adjustments.setAmounts(this.#of, changed);
  }

  #adjust(change: Partial<Adjustment>): void {
    if (this.#of !== null) this.#adjustments.adjust(this.#of, change);
  }

  /** Makes a change and records how to take it back. */
  #change(label: string, merge: string | undefined, make: () => void): void {
    const state = () => ({ setup: this.sliders.setup, adjustments: this.#adjustments.all });
    const put = ({ setup, adjustments }: ReturnType<typeof state>): void => {
      this.#adjustments.put(adjustments);
      // What is shown of the model is no step of the history.
      this.sliders.put({ ...setup, own: this.sliders.isOwnShown });
      this.#refresh();
    };
    const before = state();
    make();
    const after = state();
    this.#refresh();
    this.#onChange();
    this.#undo.push({
      label,
      ...(merge !== undefined && { merge: `edits/${this.#of}/${merge}` }),
      undo: () => put(before),
      redo: () => put(after),
    });
  }

  /** Draws what is to be seen. */
  #refresh(): void {
    const { edits } = this;
    if (edits.length === 0 || this.#of === null) return this.preview.show(null);
    if (this.#resting) this.preview.rest();
    else this.preview.show({ of: this.#of, edits });
  }
}
