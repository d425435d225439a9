import type { Breeding } from '../../contract/breed.ts';
import type { LayerRange } from '../../contract/layers.ts';
import { layerRanges } from '../../contract/layers.ts';
import { blendStyles } from './w-plus.ts';
import { gaussian } from './gaussian.ts';

/** What one child has of each of its parents, in the parents' order; together 1. */
type Shares = readonly number[];

/**
 * The w⁺ of one child, always the same for one seed.
 *
 * @param styles w⁺ of each parent, [layers × 512]
 * @param weights of each parent, not all 0
 */
export function breed(
  styles: readonly [Float32Array, ...Float32Array[]],
  weights: readonly number[],
  { how, spread }: Pick<Breeding, 'how' | 'spread'>,
  seed: number,
  layers: number,
): Float32Array {
  const bands = bandsOf(how, layers);
  const noise = gaussian(seed, bands.length * weights.length);
  const [first, ...others] = styles;
  return bands.reduce((child, band, index) => {
    const own = noise.subarray(index * weights.length, (index + 1) * weights.length);
    const shares = sharesOf(weights, own, spread, how === 'cross' ? CROSS : BLEND);
    const parts = others.map((style, i) => ({ style, weight: shares[i + 1] ?? 0 }));
    return blendStyles(child, parts, band, layers);
  }, first);
}

/** To which power shares are raised: the higher, the more one parent has of a band. */
const [BLEND, CROSS] = [1, 4];

/** A blend is the same in every layer; a cross takes structure and colours each in its own shares. */
function bandsOf(how: Breeding['how'], layers: number): LayerRange[] {
  const { all, coarse, middle, fine } = layerRanges(layers);
  return how === 'blend' ? [all] : [[coarse[0], middle[1]], fine];
}

/**
 * Shares around the given weights: each weight times (1 + spread·n)², n ~ N(0, 1). A parent of weight 0
 * stays out of it. Only operations that are exact everywhere, so that a seed means the same everywhere.
 */
export function sharesOf(
  weights: readonly number[],
  noise: Float32Array,
  spread: number,
  power: number,
): Shares {
  const drawn = normalised(
    weights.map((weight, i) => weight * (1 + spread * (noise[i] ?? 0)) ** 2),
  );
  return normalised(drawn.map((share) => share ** power));
}

function normalised(shares: readonly number[]): number[] {
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}
