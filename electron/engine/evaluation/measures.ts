/** What is measured on embeddings of pictures and of the texts they were drawn from. All are unit vectors. */
import { dot } from '../latent/vectors.ts';

/** Texts that R-precision chooses from: the right one and 99 others (Xu et al. 2018, "AttnGAN", §4). */
const CANDIDATES = 100;

/** The portraits of one text. */
export interface Siblings {
  readonly text: Float32Array;
  readonly pictures: readonly Float32Array[];
}

/** Mean cosine of portraits to their own text. */
export function clipScore(groups: readonly Siblings[]): number {
  return mean(
    groups.flatMap(({ text, pictures }) => pictures.map((picture) => dot(text, picture))),
  );
}

/** Mean cosine between portraits of one text: 1 where all are the same. Null where no text has two. */
export function siblingsLikeness(groups: readonly Siblings[]): number | null {
  const pairs = groups.flatMap(({ pictures }) =>
    pictures.flatMap((a, i) => pictures.slice(i + 1).map((b) => dot(a, b))),
  );
  return pairs.length > 0 ? mean(pairs) : null;
}

/**
 * The share of portraits that are nearer to their own text than to each of the 99 that follow it, or of all
 * others where there are fewer.
 */
export function rPrecision(groups: readonly Siblings[]): number {
  const others = Math.min(CANDIDATES, groups.length) - 1;
  const isFound = ({ text, pictures }: Siblings, index: number) => {
    const rivals = Array.from(
      { length: others },
      (_, i) => groups[(index + 1 + i) % groups.length]?.text ?? text,
    );
    return pictures.map((picture) => {
      const own = dot(text, picture);
      return rivals.every((rival) => dot(rival, picture) < own) ? 1 : 0;
    });
  };
  return mean(groups.flatMap(isFound));
}

/**
 * Of pictures, the share whose ball, as wide as the way to the k-th nearest other one, holds at least one of those that
 * were drawn (Naeem, Oh, Uh, Choi & Yoo, "Reliable fidelity and diversity metrics for generative models", 2020, eq. 9).
 * Nearness is the cosine.
 */
export function coverage(
  pictures: readonly Float32Array[],
  drawn: readonly Float32Array[],
  k = 5,
): number {
  const isReached = (picture: Float32Array, index: number) => {
    const others = pictures.filter((_, i) => i !== index).map((other) => dot(picture, other));
    const edge = others.toSorted((a, b) => b - a).at(Math.min(k, others.length) - 1) ?? -1;
    return drawn.some((one) => dot(picture, one) >= edge);
  };
  return mean(pictures.map((picture, i) => Number(isReached(picture, i))));
}

/** Root of the mean square of differences. */
export function rootMeanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum / a.length);
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
