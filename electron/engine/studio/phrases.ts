/**
 * What a phrase is about: the attributes it shifts, found by drawing the same noise with it and without
 * (Patashnik et al., "StyleCLIP", 2021, §6, ask the same of the channels of their style space); and which
 * of the portraits drawn with it shows it best.
 */
import type { AttributeGroup } from '../../contract/pack.ts';
import type { Changes, End } from '../generator/changes.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { Draw } from '../flow/flow.ts';
import { addScaled, dot, norm, scale } from '../latent/vectors.ts';
import type { Models } from './models.ts';
import { noise } from './places.ts';

/** Portraits drawn to find out. */
const PORTRAITS = 512;
/** A choice drawn more seldom tells less. */
const ENOUGH_DRAWN = 4;
/** Smaller shifts of shares, or of colours in [-1, 1], are chance. */
const LEAST_SHIFT = 0.15;
/** A phrase that shifts the style nearly as much as anything is about the style: everything is drawn anew. */
const STYLE_LEADS = 0.9;
/** A portrait has a choice, or a style, if it shows more of it than this. */
const HAS = 0.5;

const FIRST_SEED = 1;

/** Attributes of what the same noises draw at both ends of a slider between phrases. */
export type Told = Readonly<Record<End, readonly Float32Array[]>>;

/** A group of attributes, and how a phrase moves it. */
interface Shift extends AttributeGroup {
  /** Mean of each attribute at either end; of a choice, among the portraits that have it. */
  readonly means: Readonly<Record<End, Float32Array>>;
  /** How far any of them moves from one end to the other, less where few portraits tell. */
  readonly size: number;
}

/** The noise and embedding of the portrait at a place in a list of `Told`. */
export function drawOf(index: number, e: Float32Array, models: Models): Draw {
  const { temperature } = models.pack.manifest.defaults;
  return { z: noise(FIRST_SEED + index, temperature, models), e };
}

/** Draws the same noises under the embeddings of both ends. */
export async function hearPhrase(
  ends: Readonly<Record<End, Float32Array>>,
  changes: Changes,
  models: Models,
  options?: CallOptions,
): Promise<Phrase> {
  const draw = async (e: Float32Array) => {
    const draws = Array.from({ length: PORTRAITS }, (_, i) => drawOf(i, e, models));
    const shown = await changes.read(await models.flow.decode(draws, options), options);
    // Copies: what they are views of is as large as the whole message they came in.
    return shown.map((attributes) => attributes.slice());
  };
  const [low, high] = await Promise.all([draw(ends.low), draw(ends.high)]);
  return new Phrase(changes.groups, { low, high });
}

/** What a slider between two phrases is about. Portraits are given by the attributes they show. */
export class Phrase {
  readonly #told: Told;
  readonly #styles: readonly Shift[];
  /** Choices and colours. */
  readonly #others: readonly Shift[];

  constructor(groups: readonly AttributeGroup[], told: Told) {
    const shifts = groups.map((group) => shiftOf(group, told));
    this.#told = told;
    this.#styles = shifts.filter(({ kind }) => kind === 'style');
    this.#others = shifts.filter(({ kind }) => kind !== 'style');
  }

  /** Whether it is about the style above all: then everything is drawn anew. */
  get isOfStyle(): boolean {
    const rest = Math.max(largest(this.#others), LEAST_SHIFT);
    return largest(this.#styles) >= STYLE_LEADS * rest;
  }

  /**
   * What the phrase is about at a portrait: of what the portrait has, that which moves most.
   *
   * @param disentangle in [0, 1]: 0 takes along all that is more than chance, 1 only what moves most
   */
  about(portrait: Float32Array, disentangle: number): readonly AttributeGroup[] {
    return this.isOfStyle
      ? [...this.#styles, ...this.#others]
      : this.#aboutOthers(portrait, disentangle);
  }

  /**
   * The place in `Told` of the portrait drawn at an end that shows most of what the phrase is about, in
   * the portrait's own style; undefined where none is of that style, or the phrase is about styles.
   */
  bestExample(portrait: Float32Array, end: End, disentangle: number): number | undefined {
    if (this.isOfStyle) return undefined;
    const about = this.#aboutOthers(portrait, disentangle);
    let best: { index: number; score: number } | undefined;
    for (const [index, example] of this.#told[end].entries()) {
      if (!this.#isOfOneStyle(portrait, example)) continue;
      const score = about.reduce((sum, shift) => sum + telling(shift, end, example), 0);
      if (!best || score > best.score) best = { index, score };
    }
    return best?.index;
  }

  #aboutOthers(portrait: Float32Array, disentangle: number): readonly Shift[] {
    const own = this.#others.filter(
      ({ kind, range }) => kind === 'colour' || total(portrait.subarray(...range)) > HAS,
    );
    const top = largest(own);
    const least = Math.max(Math.min(LEAST_SHIFT, top), disentangle * top);
    return own.filter(({ size }) => size >= least);
  }

  #isOfOneStyle(a: Float32Array, b: Float32Array): boolean {
    return this.#styles.every(({ range }) => dot(a.subarray(...range), b.subarray(...range)) > HAS);
  }
}

function shiftOf(group: AttributeGroup, { low, high }: Told): Shift {
  const [before, after] = [meanOf(group, low), meanOf(group, high)];
  const trust = Math.min(1, Math.min(before.drawn, after.drawn) / ENOUGH_DRAWN);
  const moved = addScaled(after.mean, before.mean, -1).map(Math.abs);
  return {
    ...group,
    means: { low: before.mean, high: after.mean },
    size: trust * Math.max(...moved),
  };
}

/** The mean of each attribute of a group; of a choice, among the portraits that have it, and how many do. */
function meanOf({ kind, range }: AttributeGroup, portraits: readonly Float32Array[]) {
  const width = range[1] - range[0];
  const sum = portraits.reduce(
    (all, shown) => addScaled(all, shown.subarray(...range)),
    new Float32Array(width),
  );
  const drawn = kind === 'choice' ? total(sum) : portraits.length;
  return { drawn, mean: scale(sum, 1 / Math.max(1, drawn)) };
}

/** How far a portrait goes the way on which the means go to an end; a colour counts no further than they. */
function telling({ kind, range, means }: Shift, end: End, example: Float32Array): number {
  const start = means[end === 'high' ? 'low' : 'high'];
  const way = addScaled(means[end], start, -1);
  const shown = example.subarray(...range);
  if (kind === 'choice') return dot(way, shown);
  const length = norm(way);
  return length > 0 ? Math.min(length, dot(way, addScaled(shown, start, -1)) / length) : 0;
}

function largest(shifts: readonly Shift[]): number {
  return Math.max(0, ...shifts.map(({ size }) => size));
}

function total(numbers: Float32Array): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
