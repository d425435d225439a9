import type { Anchor, PackRef } from '../../contract/generation.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Latents } from '../../contract/latents.ts';
import { EMBEDDING_DIM } from '../../contract/pack.ts';
import type { DrawSettings } from '../../contract/settings.ts';
import type { Draw } from '../flow/flow.ts';
import { alike, toLatent, toStyle } from '../latent/w-plus.ts';
import type { CallOptions } from '../inference/inference.ts';
import { gaussian } from '../latent/gaussian.ts';
import { addScaled, scale } from '../latent/vectors.ts';
import type { LibraryReader } from '../library/reader.ts';
import type { Edits } from '../edit/edits.ts';
import { type Held, holdAll } from '../semantics/locks.ts';
import type { Models } from '../models/models.ts';
import type { References } from './references.ts';
import { resultAt } from '../inference/results.ts';

/**
 * A portrait as numbers: w = truncate(decode(z, e), ψ) + touch. Where the flow took no part z and e are
 * null, w is as it stands, and ψ is 1.
 */
export interface Point {
  readonly z: Float32Array | null;
  readonly e: Float32Array | null;
  /** w [512], or w⁺ [layers × 512] once it has been edited. */
  readonly w: Float32Array;
  readonly truncation: number;
}

/** A portrait that the flow knows. */
export interface Place extends Point {
  readonly z: Float32Array;
  readonly e: Float32Array;
  readonly touch: Touch;
}

/**
 * What a portrait has beyond what the flow makes of its noise and words, [512] or [layers × 512]: what
 * edits have added, and what was not found in the flow. It stays when words or noise change.
 */
export type Touch = Float32Array | null;

/** A portrait that may still have to be decoded, and what of another must stay in it. */
export type Spot = (Point | Open) & { readonly held?: Held | undefined };

interface Open extends Draw {
  readonly truncation: number;
  readonly touch: Touch;
}

/** Settings of a draw without the seed. */
export type Manner = Omit<DrawSettings, 'seed'>;

export interface Sources {
  readonly models: Models;
  readonly reader: LibraryReader;
  readonly references: References;
  readonly edits: Edits;
}

/** Numbers of w that differ by no more were drawn from the same noise, alone or among others. */
const ROUNDING = 1e-4;

/** Noise of temperature τ: τ·N(0, I), always the same for one seed. */
export function noise(seed: number, temperature: number, { pack }: Models): Float32Array {
  return scale(gaussian(seed, pack.manifest.flow.latentDim), temperature);
}

/** Decodes and truncates those that are not decoded yet, in one run, and holds what must stay. */
export async function place(
  spots: readonly Spot[],
  models: Models,
  options?: CallOptions,
): Promise<Point[]> {
  const { flow, generator } = models;
  const open = spots.flatMap((spot) => ('w' in spot ? [] : [spot]));
  const latents = open.length > 0 ? await flow.decode(open, options) : [];
  let decoded = 0;
  const points = spots.map((spot) => {
    if ('w' in spot) return spot;
    const w = generator.truncate(resultAt(latents, decoded++), spot.truncation);
    return { ...spot, w: spot.touch ? addScaled(...alike(w, spot.touch, generator.layers)) : w };
  });
  return Promise.all(
    points.map(async ({ held, ...point }) => {
      if (!held) return point;
      const style = toStyle(point.w, generator.layers);
      return { ...point, w: await holdAll(style, held, models, options) };
    }),
  );
}

/** Decodes and truncates one portrait. */
export async function placeOf(
  draw: Draw,
  truncation: number,
  { flow, generator }: Models,
  options?: CallOptions,
): Promise<Place> {
  const w = resultAt(await flow.decode([draw], options), 0);
  return { ...draw, w: generator.truncate(w, truncation), truncation, touch: null };
}

/** Where one end of a path lies. */
export async function locate(
  anchor: Anchor,
  manner: Manner,
  { models, reader, references }: Sources,
  options?: CallOptions,
): Promise<Place> {
  if (anchor.kind === 'portrait') return placeOfPortrait(anchor.id, reader, models, options);
  const e =
    anchor.kind === 'image'
      ? await references.embed(anchor.reference, models)
      : (await models.clip.embedPrompt(anchor.prompt, manner.gap, options)).condition;
  const z = noise(anchor.seed, manner.temperature, models);
  return placeOf({ z, e }, manner.truncation, models, options);
}

/**
 * Where a portrait of the library lies. One that was drawn without the flow is looked at under its
 * own picture's embedding; what the noise found there leaves of it is its touch.
 *
 * @throws StudioError `not-found`, `pack-not-found` when another pack drew it
 */
export async function placeOfPortrait(
  id: string,
  reader: LibraryReader,
  models: Models,
  options?: CallOptions,
): Promise<Place> {
  const { truncation } = reader.get(id).settings;
  const { z, condition: e, w } = latentsOf(id, reader, models);
  if (!z || !e) {
    return lookAt({ w: toLatent(w), e: reader.embedding(id) }, { w, truncation }, models, options);
  }
  const drawn = { z, e };
  const touch = await touchOf({ ...drawn, w, truncation }, models, options);
  // One that was drawn around a portrait of no noise has its touch as well, though no layer of its own.
  const isTouched = w.length !== EMBEDDING_DIM || touch.some((value) => Math.abs(value) > ROUNDING);
  return { ...drawn, w, truncation, touch: isTouched ? touch : null };
}

/** A portrait as the flow sees it: the noise that its latent, before truncation, is under an embedding. */
export async function lookAt(
  seen: { readonly w: Float32Array; readonly e: Float32Array },
  { w, truncation }: Pick<Point, 'w' | 'truncation'>,
  models: Models,
  options?: CallOptions,
): Promise<Place> {
  const { e } = seen;
  const { z } = resultAt(await models.flow.encode([seen], options), 0);
  const touch = await touchOf({ z, e, w, truncation }, models, options);
  return { z, e, w, truncation, touch };
}

/** What a portrait has that is not drawn by its noise and words alone. */
async function touchOf(
  { z, e, w, truncation }: Omit<Place, 'touch'>,
  models: Models,
  options: CallOptions | undefined,
): Promise<Float32Array> {
  const untouched = await placeOf({ z, e }, truncation, models, options);
  const [own, drawn] = alike(w, untouched.w, models.generator.layers);
  return addScaled(own, drawn, -1);
}

/**
 * The numbers that a portrait of the library was drawn from.
 *
 * @throws StudioError `not-found`, `pack-not-found` when another pack drew it
 */
export function latentsOf(id: string, reader: LibraryReader, models: Models): Latents {
  requireSamePack(reader.get(id).pack, models);
  return reader.latents(id);
}

/** @throws StudioError `pack-not-found` when another pack than the one in use drew a portrait */
export function requireSamePack({ id, version }: PackRef, { pack }: Models): void {
  const { manifest } = pack;
  if (manifest.id === id && manifest.version === version) return;
  throw new StudioError(
    'pack-not-found',
    `This portrait was drawn with the pack "${id}" ${version}, and its numbers mean nothing to ` +
      `"${manifest.id}" ${manifest.version}. Choose its pack to go on from it.`,
    { details: { id, version } },
  );
}
