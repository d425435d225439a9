import { z } from 'zod';
import { directionRefSchema, type DirectionRef } from '../../electron/contract/edit.ts';
import { layerRanges, layerRangeSchema, type LayerRange } from '../../electron/contract/layers.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import type { PrincipalDirections } from './principal-directions.svelte.ts';
import { SavedValues } from './saved-values.svelte.ts';
import { keyOf, ownIn, type Slide } from './sliders.ts';

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
export type SliderSetup = z.infer<typeof setupSchema>;

/** A slider as it stands in the inspector. */
export interface EditSlider {
  readonly key: string;
  readonly direction: DirectionRef;
  readonly title: string;
  readonly min: number;
  readonly max: number;
  readonly layers: LayerRange;
}

/** Which sliders there are: the pack's, the generator's own, and the artist's phrases. */
export class SliderSet {
  readonly #setup = new SavedValues<SliderSetup>('edits', setupSchema, () => ({
    ...{ phrases: [], layers: {}, axes: null, own: false },
  }));
  readonly #pack: () => PackInfo | null;
  readonly #principal: PrincipalDirections;

  constructor(pack: () => PackInfo | null, principal: PrincipalDirections) {
    this.#pack = pack;
    this.#principal = principal;
  }

  /** All that is remembered of them. */
  get setup(): SliderSetup {
    return this.#setup.now;
  }

  /** The sliders of directions that the pack brings. */
  get named(): EditSlider[] {
    return (this.#pack()?.directions ?? []).map(({ id, title, range: [min, max], layers }) =>
      this.#slider({ kind: 'named', id }, title, min, max, layers),
    );
  }

  get phrases(): EditSlider[] {
    return this.setup.phrases.map((phrase) =>
      this.#slider({ ...phrase }, strings.edits.phrase(phrase), -PHRASE_REACH, PHRASE_REACH),
    );
  }

  /** The sliders of the generator's principal directions, once they have been looked for. */
  get own(): EditSlider[] {
    return this.#principal.found.map(({ index }) => this.#ownSlider(index));
  }

  get all(): EditSlider[] {
    return [...this.named, ...this.own, ...this.phrases];
  }

  get isOwnShown(): boolean {
    return this.setup.own;
  }

  /** The two sliders that span the plane, null until they are chosen. */
  get axes(): readonly [EditSlider, EditSlider] | null {
    const { all } = this;
    const [x, y] = (this.setup.axes ?? []).map((key) => all.find((one) => one.key === key));
    return x && y ? [x, y] : null;
  }

  /** All layers of the pack's generator. */
  get allLayers(): LayerRange {
    return layerRanges(this.#pack()?.layers ?? 1).all;
  }

  /** What these amounts, by the keys of sliders, do to a portrait. */
  slides(amounts: Readonly<Record<string, number>>): Slide[] {
    // The generator's own count also while they are hidden.
    const own = ownIn(Object.keys(amounts)).map((index) => this.#ownSlider(index));
    return [...this.named, ...own, ...this.phrases].flatMap(({ key, direction, layers }) => {
      const amount = amounts[key] ?? 0;
      return amount === 0 ? [] : [{ kind: 'slide', direction, amount, layers }];
    });
  }

  /**
   * The phrases that stay when so many come: of those that nothing is done with, the oldest go.
   *
   * @param used keys of sliders that something is done with
   */
  withRoom(coming: number, used: readonly string[]): Phrase[] {
    const { phrases } = this.setup;
    const idle = phrases.filter((phrase) => !used.includes(keyOf(phrase)));
    const gone = idle.slice(0, Math.max(0, phrases.length + coming - MAX_PHRASES));
    return phrases.filter((phrase) => !gone.includes(phrase));
  }

  put(setup: Partial<SliderSetup>): void {
    this.#setup.put(setup);
  }

  #ownSlider(index: number): EditSlider {
    const title = this.#principal.titleOf(index);
    return this.#slider({ kind: 'principal', index }, title, -PRINCIPAL_REACH, PRINCIPAL_REACH);
  }

  #slider(
    direction: DirectionRef,
    title: string,
    min: number,
    max: number,
    layers: LayerRange = this.allLayers,
  ): EditSlider {
    const key = keyOf(direction);
    // Chosen for another pack, they may be none of this one's.
    const chosen = this.setup.layers[key];
    const isThere = chosen && chosen[1] < (this.#pack()?.layers ?? 1);
    return { key, direction, title, min, max, layers: isThere ? chosen : layers };
  }
}
