/**
 * What a phrase is about: the attributes it shifts, found by drawing the same noise with it and without
 * (Patashnik et al., "StyleCLIP", 2021, §6, ask the same of the channels of their style space); and which
 * of the portraits drawn with it shows it best.
 */
import type { AttributeGroup } from '../../contract/pack.ts';
import type { Changes, End } from '../generator/changes.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, dot, norm, scale } from '../latent/vectors.ts';
import type { Models } from './models.ts';
import { noise } from './places.ts';
import { resultAt } from './results.ts';

/** Portraits drawn to find out, at either end. */
const PORTRAITS = 256;
/** Smaller shifts of shares, or of colours in [-1, 1], are chance. */
const LEAST_SHIFT = 0.15;
/** A phrase that shifts the style nearly as much as anything is about the style: everything is drawn anew. */
const STYLE_LEADS = 0.9;
/** A portrait has a choice if it shows more of it than this. */
const HAS = 0.5;

const FIRST_SEED = 1;

type Both<T> = Readonly<Record<End, T>>;

/** What the same noises draw at both ends of a slider between phrases. */
export interface Heard {
  /** w of each portrait, [512]. */
  readonly latents: Both<readonly Float32Array[]>;
  /** How far the share of any style moves from one end to the other. */
  readonly styleShift: number;
}

/** Draws the same noises under the embeddings of both ends. */
export async function hearPhrase(
  ends: Both<Float32Array>,
  changes: Changes,
  models: Models,
  options?: CallOptions,
): Promise<Heard> {
  const { temperature } = models.pack.manifest.defaults;
  const draw = async (e: Float32Array) => {
    const draws = Array.from({ length: PORTRAITS }, (_, i) => {
      return { z: noise(FIRST_SEED + i, temperature, models), e };
    });
    return ownCopies(await models.flow.decode(draws, options));
  };
  const [low, high] = await Promise.all([draw(ends.low), draw(ends.high)]);
  const told = { low: await changes.read(low, options), high: await changes.read(high, options) };
  const styles = changes.groups.filter(({ kind }) => kind === 'style');
  return {
    latents: { low, high },
    styleShift: largest(styles.map((group) => shiftOf(group, told))),
  };
}

/**
 * A phrase at a portrait: what was drawn in other styles than the portrait's counts as what stands in for
 * it in this one.
 *
 * @param w the portrait's, [512]
 */
export async function phraseAt(
  w: Float32Array,
  { latents, styleShift }: Heard,
  changes: Changes,
  options?: CallOptions,
): Promise<Phrase> {
  const shown = resultAt(await changes.read([w], options), 0);
  const inStyle = async (portraits: readonly Float32Array[]) =>
    ownCopies(await changes.inStyleOf(w, portraits, options));
  const told = { low: await inStyle(latents.low), high: await inStyle(latents.high) };
  const own = changes.groups.filter(
    ({ kind, range }) =>
      kind === 'colour' || (kind === 'choice' && total(shown.subarray(...range)) > HAS),
  );
  return new Phrase(own, told, styleShift);
}

/** A group of attributes, and how a phrase moves it. */
interface Shift extends AttributeGroup {
  /** Mean of each attribute at either end. */
  readonly means: Both<Float32Array>;
  /** How far any of them moves from one end to the other. */
  readonly size: number;
}

/** What a slider between two phrases is about at a portrait. Others are given by what they show in its style. */
export class Phrase {
  /** Whether it is about the style above all: then everything is drawn anew. */
  readonly isOfStyle: boolean;
  readonly #told: Both<readonly Float32Array[]>;
  /** Choices of the style, and colours. */
  readonly #shifts: readonly Shift[];

  constructor(
    groups: readonly AttributeGroup[],
    told: Both<readonly Float32Array[]>,
    styleShift: number,
  ) {
    this.#told = told;
    this.#shifts = groups.map((group) => shiftOf(group, told));
    this.isOfStyle = styleShift >= STYLE_LEADS * Math.max(largest(this.#shifts), LEAST_SHIFT);
  }

  /**
   * What the phrase is about: that which moves most.
   *
   * @param disentangle in [0, 1]: 0 takes along all that is more than chance, 1 only what moves most
   */
  about(disentangle: number): readonly Shift[] {
    const top = largest(this.#shifts);
    const least = Math.max(Math.min(LEAST_SHIFT, top), disentangle * top);
    return this.#shifts.filter(({ size }) => size >= least);
  }

  /** The place among the portraits drawn at an end of the one that shows most of what the phrase is about. */
  bestExample(end: End, disentangle: number): number {
    const about = this.about(disentangle);
    const scores = this.#told[end].map((example) =>
      about.reduce((sum, shift) => sum + telling(shift, end, example), 0),
    );
    return scores.indexOf(Math.max(...scores));
  }
}

/** What the vectors are views of is as large as the whole message they came in. */
function ownCopies(vectors: readonly Float32Array[]): Float32Array[] {
  return vectors.map((vector) => vector.slice());
}

function shiftOf(group: AttributeGroup, { low, high }: Both<readonly Float32Array[]>): Shift {
  const means = { low: meanOf(group, low), high: meanOf(group, high) };
  const moved = addScaled(means.high, means.low, -1).map(Math.abs);
  return { ...group, means, size: Math.max(...moved) };
}

function meanOf({ range }: AttributeGroup, portraits: readonly Float32Array[]): Float32Array {
  const sum = portraits.reduce(
    (all, shown) => addScaled(all, shown.subarray(...range)),
    new Float32Array(range[1] - range[0]),
  );
  return scale(sum, 1 / portraits.length);
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
