import { lerp, slerp } from './vectors.ts';

/**
 * Along a great arc (`spherical`) for embeddings and for z, which lie near a sphere; along a straight
 * line (`linear`) for w, whose space the mapping network has already straightened.
 */
export type PathShape = 'spherical' | 'linear';

/**
 * A path through two or more key vectors, evenly spaced in time.
 *
 * @param frames number of vectors to return, at least 2; the first and last are the first and last key
 */
export function path(
  keys: readonly [Float32Array, Float32Array, ...Float32Array[]],
  frames: number,
  shape: PathShape,
): Float32Array[] {
  const between = shape === 'spherical' ? slerp : lerp;
  return Array.from({ length: frames }, (_, frame) => {
    const position = (frame / (frames - 1)) * (keys.length - 1);
    const from = Math.min(Math.floor(position), keys.length - 2);
    const [a, b] = keys.slice(from, from + 2);
    return a && b ? between(a, b, position - from) : keys[0];
  });
}
