/**
 * The attribute response of a phrase: what it is about, found by decoding the same noise with it and
 * without (Patashnik et al., "StyleCLIP", 2021, §6, ask the same of the channels of their style space); and
 * which of the portraits drawn with it shows it best.
 */
import type { AttributeGroup } from '../../contract/pack.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { addScaled, dot, lerp, norm, scale } from '../latent/vectors.ts';
import type { Models } from '../models/models.ts';
import type { AttributeEditor, End } from './attribute-editor.ts';

/** Portraits drawn to find out, at either end. */
const PORTRAITS = 256;
/** Smaller shifts of probabilities, or of colours in [-1, 1], are chance. */
const LEAST_SHIFT = 0.15;
/** A phrase that shifts the style nearly as much as anything is about the style: everything is drawn anew. */
const STYLE_LEADS = 0.9;
/** A portrait has a choice if its probabilities add up to more than this. */
const HAS = 0.5;

const FIRST_SEED = 1;

type Both<T> = Readonly<Record<End, T>>;

/** What the same noises draw at both ends of a slider between phrases. */
export interface AttributeResponse {
  /** w of each portrait, [width]. */
  readonly latents: Both<readonly Float32Array[]>;
  /** The place of one that is in the style that each end leads to. */
  readonly inStyle: Both<number>;
  /** How far the probability of any style moves from one end to the other. */
  readonly styleShift: number;
}

/** Decodes the same noises under the embeddings of both ends. */
export async function measureResponse(
  ends: Both<Float32Array>,
  editor: AttributeEditor,
  { flow, pack }: Models,
  options?: CallOptions,
): Promise<AttributeResponse> {
  const { temperature } = pack.manifest.defaults;
  const draw = async (e: Float32Array) => {
    const inputs = Array.from({ length: PORTRAITS }, (_, i) => {
      return { z: flow.noise(FIRST_SEED + i, temperature), e };
    });
    return ownCopies(await flow.decode(inputs, options));
  };
  const [low, high] = await Promise.all([draw(ends.low), draw(ends.high)]);
  const shown = {
    low: await editor.classify(low, options),
    high: await editor.classify(high, options),
  };
  const { styles } = editor;
  const shift = addScaled(meanOf(styles, shown.high), meanOf(styles, shown.low), -1);
  const mostIn = (style: number, portraits: readonly Float32Array[]) =>
    indexOfLargest(portraits.map((attributes) => attributes[styles[0] + style] ?? 0));
  return {
    latents: { low, high },
    inStyle: {
      low: mostIn(indexOfLargest(scale(shift, -1)), shown.low),
      high: mostIn(indexOfLargest(shift), shown.high),
    },
    styleShift: Math.max(0, ...shift.map(Math.abs)),
  };
}

/**
 * A phrase's response at a portrait: what was drawn in other styles than the portrait's counts as what
 * stands in for it in this one.
 *
 * @param w the portrait's, [width]
 */
export async function responseAt(
  w: Float32Array,
  { latents, styleShift }: AttributeResponse,
  editor: AttributeEditor,
  options?: CallOptions,
): Promise<LocalResponse> {
  const shown = resultAt(await editor.classify([w], options), 0);
  const inStyle = async (portraits: readonly Float32Array[]) =>
    ownCopies(await editor.classifyInStyleOf(w, portraits, options));
  const examples = { low: await inStyle(latents.low), high: await inStyle(latents.high) };
  const groups = editor.groups.filter(
    ({ kind, range }) =>
      kind === 'colour' || (kind === 'choice' && total(shown.subarray(...range)) > HAS),
  );
  const { cooccurrence } = editor;
  return new LocalResponse({ groups, shown, examples, styleShift, cooccurrence });
}

/** What portraits show, [attributes] each. */
export interface Classified {
  /** Choices of the portrait's style, and colours. */
  readonly groups: readonly AttributeGroup[];
  /** The portrait itself. */
  readonly shown: Float32Array;
  /** Those drawn with either end, as they would be in its style. */
  readonly examples: Both<readonly Float32Array[]>;
  readonly styleShift: number;
  /** What goes with a choice anyway, as the pack counted it: [attributes, attributes]. */
  readonly cooccurrence: Float32Array | null;
}

/** What a slider between two phrases is about at a portrait. */
export class LocalResponse {
  /** Whether it is about the style above all: then the same is shown in another one. */
  readonly isOfStyle: boolean;
  readonly #shown: Float32Array;
  readonly #examples: Both<readonly Float32Array[]>;
  readonly #shifts: readonly Shift[];
  readonly #cooccurrence: Float32Array | null;
  /** How far what moves most does, the style among it where the phrase is about that. */
  readonly #top: number;

  constructor({ groups, shown, examples, styleShift, cooccurrence }: Classified) {
    this.#shown = shown;
    this.#examples = examples;
    this.#cooccurrence = cooccurrence;
    this.#shifts = groups.map((group) => shiftOf(group, examples));
    const top = largest(this.#shifts);
    this.isOfStyle = styleShift >= STYLE_LEADS * Math.max(top, LEAST_SHIFT);
    this.#top = this.isOfStyle ? Math.max(top, styleShift) : top;
  }

  /**
   * What the phrase is about on the way to an end: that which moves most and does not come along by itself,
   * as clouds do with rain; and what of this portrait would contradict it, as a blue sky does.
   *
   * @param disentangle in [0, 1]: 0 takes along all that is more than chance, 1 only what moves most
   */
  about(end: End, disentangle: number): readonly GroupMove[] {
    const leading = this.#leading(end, disentangle);
    return [...leading, ...this.#contradicted(end, leading)];
  }

  /** The place among the portraits drawn at an end of the one that shows most of what the phrase is about. */
  bestExample(end: End, about: readonly GroupMove[]): number {
    const scores = this.#examples[end].map((example) =>
      about.reduce((sum, shift) => sum + telling(shift, end, example), 0),
    );
    return scores.indexOf(Math.max(...scores));
  }

  /** Of what moves, that which leaves least of the others to be said, and what it leaves. */
  #leading(end: End, disentangle: number): readonly Shift[] {
    const least = Math.max(Math.min(LEAST_SHIFT, this.#top), disentangle * this.#top);
    const moved = this.#shifts.filter(({ size }) => size >= least);
    const readings = moved.map((lead) => {
      const others = moved.filter((shift) => shift !== lead);
      const left = others.map((shift) => {
        return { shift, size: this.#left(shift, lead, end, disentangle) };
      });
      return { lead, left, size: left.reduce((sum, { size }) => sum + size, 0) };
    });
    const simplest = readings.toSorted((a, b) => a.size - b.size)[0];
    if (!simplest) return [];
    const { lead, left } = simplest;
    return [lead, ...left.filter(({ size }) => size >= least).map(({ shift }) => shift)];
  }

  /** How much of a shift is left to be said, once what goes with the lead anyway is disregarded. */
  #left(shift: Shift, lead: Shift, end: End, disentangle: number): number {
    if (!this.#cooccurrence || lead.kind === 'colour') return shift.size;
    const usual = usualWith(lead, end, shift, this.#cooccurrence);
    const unusual = addScaled(shift.means[end], usual, -1).map(Math.abs);
    const beyond = shift.moved.map((moved, i) => Math.min(moved, unusual[i] ?? 0));
    return extentOf(shift, lerp(shift.moved, beyond, disentangle));
  }

  /** Choices of the portrait that do not go with what is said at an end, on the way to those that do. */
  #contradicted(end: End, leading: readonly Shift[]): readonly GroupMove[] {
    const wanted = leading.map((shift) => fitting(shift, shift.means[end]));
    return this.#shifts
      .filter((shift) => !leading.includes(shift))
      .map((shift) => ({ shift, own: this.#shown.subarray(...shift.range) }))
      .filter(({ shift, own }) => contradicts(fitting(shift, own), wanted))
      .map(({ shift: { kind, range, goesWith, means }, own }) => {
        const aim = means[end].map((probability, i) =>
          contradicts(goesWith[i] ?? {}, wanted) ? 0 : probability,
        );
        const ends = end === 'high' ? { low: own, high: aim } : { low: aim, high: own };
        return { kind, range, goesWith, means: ends };
      });
  }
}

/** A group of attributes, and where a phrase leads from and to. */
interface GroupMove extends AttributeGroup {
  /** Mean of each attribute at either end. */
  readonly means: Both<Float32Array>;
}

/** How a phrase moves a group. */
interface Shift extends GroupMove {
  /** How far each attribute moves from one end to the other, and the group with them. */
  readonly moved: Float32Array;
  readonly size: number;
}

/** What the vectors are views of is as large as the whole message they came in. */
function ownCopies(vectors: readonly Float32Array[]): Float32Array[] {
  return vectors.map((vector) => vector.slice());
}

function shiftOf(group: AttributeGroup, { low, high }: Both<readonly Float32Array[]>): Shift {
  const means = { low: meanOf(group.range, low), high: meanOf(group.range, high) };
  const moved = addScaled(means.high, means.low, -1).map(Math.abs);
  return { ...group, means, moved, size: extentOf(group, moved) };
}

/** How far a group moves: the part of portraits that show another choice, or a colour's channel that moves most. */
function extentOf({ kind }: AttributeGroup, moved: Float32Array): number {
  return kind === 'colour' ? Math.max(...moved) : total(moved) / 2;
}

type Fitting = Readonly<Record<string, readonly string[]>>;

/** What goes with the option that is shown most of a choice; with colours everything goes. */
function fitting({ goesWith }: AttributeGroup, probabilities: Float32Array): Fitting {
  return goesWith[indexOfLargest(probabilities)] ?? {};
}

/** Whether a choice goes with nothing of what is said of the same kind. */
function contradicts(own: Fitting, said: readonly Fitting[]): boolean {
  return said
    .flatMap((fitting) => Object.entries(fitting))
    .some(([kind, values]) => own[kind] && !values.some((value) => own[kind]?.includes(value)));
}

/**
 * What portraits show of a group that show the choices which an end shows of another. Probabilities
 * add up to that of the style, as the end's do; colours are means.
 */
function usualWith(
  lead: Shift,
  end: End,
  { kind, range }: Shift,
  cooccurrence: Float32Array,
): Float32Array {
  const attributes = Math.sqrt(cooccurrence.length);
  const usual = Array.from(lead.means[end]).reduce<Float32Array>(
    (sum, probability, i) => {
      const row = (lead.range[0] + i) * attributes;
      return addScaled(sum, cooccurrence.subarray(row + range[0], row + range[1]), probability);
    },
    new Float32Array(range[1] - range[0]),
  );
  return kind === 'colour' ? scale(usual, 1 / total(lead.means[end])) : usual;
}

function meanOf(range: AttributeGroup['range'], portraits: readonly Float32Array[]): Float32Array {
  const sum = portraits.reduce(
    (all, shown) => addScaled(all, shown.subarray(...range)),
    new Float32Array(range[1] - range[0]),
  );
  return scale(sum, 1 / portraits.length);
}

/** How far a portrait goes the way on which the means go to an end; a colour counts no further than they. */
function telling({ kind, range, means }: GroupMove, end: End, example: Float32Array): number {
  const start = means[opposite(end)];
  const way = addScaled(means[end], start, -1);
  const shown = example.subarray(...range);
  if (kind === 'choice') return dot(way, shown);
  const length = norm(way);
  return length > 0 ? Math.min(length, dot(way, addScaled(shown, start, -1)) / length) : 0;
}

const opposite = (end: End): End => (end === 'high' ? 'low' : 'high');

function indexOfLargest(numbers: Float32Array | readonly number[]): number {
  return numbers.indexOf(Math.max(...numbers));
}

function largest(shifts: readonly Shift[]): number {
  return Math.max(0, ...shifts.map(({ size }) => size));
}

function total(numbers: Float32Array): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
