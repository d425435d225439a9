import type { PathSpace } from '../../contract/generation.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, lerp, normalise, slerp } from '../latent/vectors.ts';
import type { Models } from './models.ts';
import { type Place, placeOf, type Point } from './places.ts';

/** The point at a position of a path: 0 is its beginning, 1 its end. */
export type Path = (position: number, options?: CallOptions) => Promise<Point>;

/**
 * The path between two places. Its ends are the places themselves, number for number; what is said of
 * the spaces holds in between:
 *
 * - `clip`: the embedding takes the great arc between the two, and the noise likewise.
 * - `flow`: both portraits are looked at under the embedding halfway, and the noise that they are
 *   there takes the arc (the flow's base space is Gaussian, where arcs keep to likely lengths).
 * - `w`: a straight line, for the mapping network has straightened that space (Karras, Laine & Aila,
 *   "A style-based generator architecture…", 2019, §4).
 */
export async function pathBetween(
  from: Place,
  to: Place,
  space: PathSpace,
  models: Models,
): Promise<Path> {
  const between = await inside(from, to, space, models);
  return async (position, options) => {
    if (position === 0) return from;
    if (position === 1) return to;
    return between(position, options);
  };
}

async function inside(from: Place, to: Place, space: PathSpace, models: Models): Promise<Path> {
  const truncationAt = (t: number) => from.truncation + t * (to.truncation - from.truncation);
  switch (space) {
    case 'clip':
      return (t, options) => {
        const draw = { z: slerp(from.z, to.z, t), e: normalise(slerp(from.e, to.e, t)) };
        return placeOf(draw, truncationAt(t), models, options);
      };
    case 'flow': {
      const e = normalise(addScaled(from.e, to.e));
      const [z0, z1] = await Promise.all([from, to].map((place) => noiseUnder(e, place, models)));
      return (t, options) =>
        placeOf({ z: slerp(z0 ?? from.z, z1 ?? to.z, t), e }, truncationAt(t), models, options);
    }
    case 'w':
      return async (t) => ({ z: null, e: null, w: lerp(from.w, to.w, t), truncation: 1 });
  }
}

/** The noise that a portrait, before truncation, is under another embedding than its own. */
async function noiseUnder(
  e: Float32Array,
  place: Place,
  { flow }: Models,
): Promise<Float32Array | undefined> {
  const latents = await flow.decode([place], { priority: 'interactive' });
  const encoded = await flow.encode(
    latents.map((w) => ({ w, e })),
    { priority: 'interactive' },
  );
  return encoded[0]?.z;
}

/** Positions of `stops` points, evenly spaced from 0 to 1. */
export function positions(stops: number): number[] {
  return Array.from({ length: stops }, (_, stop) => stop / (stops - 1));
}
