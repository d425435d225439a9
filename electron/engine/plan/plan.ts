import type { DrawOverrides, GenerateRequest, Origin } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import type { GenerationSettings, Lineage } from '../../contract/generation.ts';
import type { Lock } from '../../contract/lock.ts';
import { toStyle } from '../latent/w-plus.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, cosine, scale, slerp } from '../latent/vectors.ts';
import { breed } from '../latent/breeding.ts';
import { portraitsIn } from '../edit/edits.ts';
import { held } from '../semantics/locks.ts';
import type { Models } from '../models/models.ts';
import {
  latentsOf,
  type Manner,
  noise,
  placeOfPortrait,
  type Sources,
  type Spot,
} from '../session/codes.ts';

const SEEDS = 2 ** 32;
/** From one seed to another that nobody counts up to: 2³² divided by the golden ratio. */
const FAR_SEED = 0x9e3779b9;
const OWN_NOISE = 0.3;

/** A portrait before it is drawn: what its row will say of its making, and where it lies. */
export interface Sketch {
  readonly prompt: string;
  /** The prompt's own embedding, by which the portrait is scored; null without a prompt. */
  readonly words: Float32Array | null;
  /** Null where nothing is drawn at random. */
  readonly seed: number | null;
  readonly settings: GenerationSettings;
  readonly parents: string[];
  readonly source: Lineage;
  spot(): Spot;
}

/** What all portraits of a request have in common, and how the seed tells them apart. */
interface Theme extends Omit<Sketch, 'seed' | 'settings' | 'spot'> {
  readonly isRandom: boolean;
  spot(seed: number): Spot;
}

interface Studying {
  readonly sources: Sources;
  readonly manner: Manner;
  readonly options: CallOptions | undefined;
}

/**
 * The portraits that a request asks for, none of them drawn yet. Portrait i has the request's seed
 * plus i; a variation inherits what the request leaves open from its parent.
 *
 * @throws StudioError `prompt-empty`, `prompt-too-long`, `not-found`, `pack-not-found`,
 *   `pack-lacks-feature`, `invalid-argument`
 */
export async function sketch(
  { origin, count, bestOf, settings: overrides }: GenerateRequest,
  sources: Sources,
  options?: CallOptions,
): Promise<Sketch[]> {
  const parent = 'of' in origin ? sources.reader.get(origin.of).settings : {};
  const manner = mannerOf(sources.models, parent, mannerAskedFor(origin, overrides));
  const firstSeed = overrides.seed ?? Math.floor(Math.random() * SEEDS);
  const { isRandom, spot, ...theme } = await study(origin, { sources, manner, options });
  const drawn = bestOf ?? count;
  if (!isRandom && drawn > 1) {
    throw new StudioError(
      'invalid-argument',
      'Other words for a portrait, or edits of one, make one portrait.',
    );
  }
  if (bestOf !== undefined && theme.words === null) {
    throw new StudioError(
      'invalid-argument',
      'Only with words can the best be told from the rest.',
    );
  }
  return Array.from({ length: drawn }, (_, i) => {
    const seed = (firstSeed + i) % SEEDS;
    return {
      ...theme,
      seed: isRandom ? seed : null,
      settings: { ...manner, count },
      spot: () => spot(seed),
    };
  });
}

/** Edits go by what their portrait was drawn with; what is bred is not truncated again. */
function mannerAskedFor({ kind }: Origin, overrides: DrawOverrides): DrawOverrides {
  if (kind === 'edit') return {};
  return kind === 'breed' ? { truncation: 1 } : overrides;
}

/** The pack's defaults, what a parent was drawn with, and what was asked for; the later wins. */
export function mannerOf(
  { pack }: Models,
  parent: Partial<Manner>,
  overrides: DrawOverrides,
): Manner {
  const { defaults, clip } = pack.manifest;
  const { truncation, temperature, gap } = overrides;
  return {
    truncation: truncation ?? parent.truncation ?? defaults.truncation,
    temperature: temperature ?? parent.temperature ?? defaults.temperature,
    gap: gap ?? parent.gap ?? clip.gap.default,
  };
}

function study(origin: Origin, studying: Studying): Promise<Theme> {
  switch (origin.kind) {
    case 'prompt':
      return fromPrompt(origin, studying);
    case 'image':
      return fromImage(origin, studying);
    case 'variation':
      return vary(origin, studying);
    case 'reword':
      return reword(origin, studying);
    case 'edit':
      return edit(origin, studying);
    case 'breed':
      return breedFrom(origin, studying);
  }
}

type OriginOf<K extends Origin['kind']> = Extract<Origin, { kind: K }>;

async function fromPrompt({ prompt }: OriginOf<'prompt'>, studying: Studying): Promise<Theme> {
  const { raw, condition } = await understand(prompt, studying);
  return {
    ...{ prompt, words: raw, parents: [], source: { kind: 'prompt' } },
    ...drawnUnder(condition, studying),
  };
}

/** With words as well, the embedding lies halfway: both are then on the pictures' side of the gap. */
async function fromImage(
  { reference, prompt }: OriginOf<'image'>,
  studying: Studying,
): Promise<Theme> {
  const { references, models } = studying.sources;
  const picture = await references.embed(reference, models);
  const words = prompt === undefined ? null : await understand(prompt, studying);
  const e = words ? slerp(picture, words.condition, 0.5) : picture;
  return {
    ...{ prompt: prompt ?? '', words: words?.raw ?? null, parents: [] },
    source: { kind: 'image', reference },
    ...drawnUnder(e, studying),
  };
}

async function vary(
  { of, strength, locks = [] }: OriginOf<'variation'>,
  studying: Studying,
): Promise<Theme> {
  const { manner, options } = studying;
  const { reader, models } = studying.sources;
  const { prompt } = reader.get(of);
  const words = prompt === '' ? null : await understand(prompt, studying);
  const { w, z, e, touch } = await placeOfPortrait(of, reader, models, options);
  const held = await heldIn(w, locks, models);
  const { truncation } = manner;
  // What edits have added stays; what the flow never drew is let go of like the noise.
  const isOfTheFlow = reader.latents(of).z !== null;
  const left = touch && (isOfTheFlow ? touch : scale(touch, 1 - strength));
  return {
    ...{ prompt, words: words?.raw ?? null, parents: [of] },
    source: { kind: 'variation', strength, ...told(locks) },
    isRandom: true,
    spot: (seed) => {
      const turned = turn(z, otherNoise(z, seed, manner.temperature, models), strength);
      return { z: turned, e, truncation, touch: left, held };
    },
  };
}

async function reword(
  { of, prompt, locks = [] }: OriginOf<'reword'>,
  studying: Studying,
): Promise<Theme> {
  const { reader, models } = studying.sources;
  const { raw, condition: e } = await understand(prompt, studying);
  const { w, z, touch } = await placeOfPortrait(of, reader, models, studying.options);
  const held = await heldIn(w, locks, models);
  const { truncation } = studying.manner;
  return {
    ...{ prompt, words: raw, parents: [of], source: { kind: 'reword', ...told(locks) } },
    isRandom: false,
    spot: () => ({ z, e, truncation, touch, held }),
  };
}

/** Children that have their parents' words where all have the same, and none otherwise. */
async function breedFrom(
  { parents, weights, how, spread, locks = [] }: OriginOf<'breed'>,
  studying: Studying,
): Promise<Theme> {
  const { reader, models } = studying.sources;
  const { layers } = models.generator;
  const [prompt = '', ...otherPrompts] = new Set(parents.map((id) => reader.get(id).prompt));
  const isShared = prompt !== '' && otherPrompts.length === 0;
  const words = isShared ? await understand(prompt, studying) : null;
  const styles = parents.map((id) => toStyle(latentsOf(id, reader, models).w, layers));
  const [first, ...others] = styles;
  if (!first) throw new StudioError('invalid-argument', 'A child has at least two parents.');
  const held = await heldIn(first, locks, models);
  return {
    ...{ prompt: isShared ? prompt : '', words: words?.raw ?? null, parents },
    source: { kind: 'breed', how, spread, weights, ...told(locks) },
    isRandom: true,
    spot: (seed) => {
      const w = breed([first, ...others], weights, { how, spread }, seed, layers);
      return { z: null, e: null, w, truncation: 1, held };
    },
  };
}

async function heldIn(w: Float32Array, locks: readonly Lock[], models: Models) {
  return locks.length > 0 ? held(w, locks, models) : undefined;
}

/** What a row says of locks: nothing where there were none. */
function told(locks: Lock[]): { locks?: Lock[] } {
  return locks.length > 0 ? { locks } : {};
}

async function edit({ of, edits }: OriginOf<'edit'>, studying: Studying): Promise<Theme> {
  const { sources, options } = studying;
  const { prompt } = sources.reader.get(of);
  const words = prompt === '' ? null : await understand(prompt, studying);
  const point = await sources.edits.apply(of, edits, sources, options);
  return {
    ...{ prompt, words: words?.raw ?? null, isRandom: false },
    parents: [of, ...portraitsIn(edits).filter((id) => id !== of)],
    source: { kind: 'edit', edits },
    spot: () => point,
  };
}

function drawnUnder(
  e: Float32Array,
  { sources: { models }, manner }: Studying,
): Pick<Theme, 'isRandom' | 'spot'> {
  const { truncation, temperature } = manner;
  return {
    isRandom: true,
    spot: (seed) => ({ z: noise(seed, temperature, models), e, truncation, touch: null }),
  };
}

function understand(prompt: string, { sources, manner, options }: Studying) {
  return sources.models.clip.embedPrompt(prompt, manner.gap, options);
}

/**
 * The noise of a seed, or of one far from it where that is the portrait's own: turned towards itself, a
 * portrait would only grow. Noise that has nothing to do with it has a cosine of 0 ± 1/√512.
 */
function otherNoise(
  z: Float32Array,
  seed: number,
  temperature: number,
  models: Models,
): Float32Array {
  const fresh = noise(seed, temperature, models);
  const isOwn = Math.abs(cosine(z, fresh)) > OWN_NOISE;
  return isOwn ? otherNoise(z, (seed + FAR_SEED) % SEEDS, temperature, models) : fresh;
}

/** Noise turned towards other noise: by nothing at 0, all the way at 1, as likely everywhere between. */
function turn(z: Float32Array, towards: Float32Array, strength: number): Float32Array {
  const angle = (strength * Math.PI) / 2;
  return addScaled(scale(z, Math.cos(angle)), towards, Math.sin(angle));
}
