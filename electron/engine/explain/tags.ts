import type { Tag } from '../../contract/explain.ts';
import { cosine } from '../latent/vectors.ts';

/** A phrase to tag with (Radford et al. 2021, §3.1, zero-shot), and how it fits a pack's portraits at large. */
export interface TagPhrase {
  readonly phrase: string;
  readonly embedding: Float32Array;
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Phrases with the mean and the deviation of their cosine over samples: some phrases lie near every
 * picture, and say nothing of any.
 */
export function calibrate(
  phrases: readonly string[],
  embeddings: readonly Float32Array[],
  samples: readonly Float32Array[],
): TagPhrase[] {
  return embeddings.map((embedding, i) => {
    const cosines = samples.map((sample) => cosine(embedding, sample));
    const mean = average(cosines);
    const deviation = Math.sqrt(average(cosines.map((value) => (value - mean) ** 2)));
    return { phrase: phrases[i] ?? '', embedding, mean, deviation };
  });
}

/** The tags that tell a picture best from others, best first. */
export function nearest(
  picture: Float32Array,
  phrases: readonly TagPhrase[],
  count: number,
): Tag[] {
  return phrases
    .map(({ phrase, embedding, mean, deviation }) => {
      const similarity = cosine(embedding, picture);
      const standing = deviation > 0 ? (similarity - mean) / deviation : 0;
      return { phrase, similarity, standing };
    })
    .sort((a, b) => b.standing - a.standing)
    .slice(0, count);
}

/** The fraction of values below one, ties half counted: 0.5 is right in the middle. */
export function rankAmong(value: number, values: readonly number[]): number {
  const below = values.filter((other) => other < value).length;
  const equal = values.filter((other) => other === value).length;
  return values.length === 0 ? 0.5 : (below + equal / 2) / values.length;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
