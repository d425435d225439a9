import type { Breeding } from '../../contract/breed.ts';
import type { LayerRange } from '../../contract/layers.ts';
import { layerRanges } from '../../contract/layers.ts';
import { gaussian } from './gaussian.ts';
import type { LatentSpace } from './w-plus.ts';

/** To which power weights are raised: the higher, the more one parent has of a band. */
const [BLEND, CROSS] = [1, 4];

/**
 * The w⁺ of one child, always the same for one seed.
 *
 * @param parents w⁺ of each parent
 * @param weights of each parent, not all 0
 */
export function breed(
  parents: readonly [Float32Array, ...Float32Array[]],
  weights: readonly number[],
  { how, spread }: Pick<Breeding, 'how' | 'spread'>,
  seed: number,
  space: LatentSpace,
): Float32Array {
  const bands = bandsOf(how, space.layers);
  const noise = gaussian(seed, bands.length * weights.length);
  const [first, ...others] = parents;
  return bands.reduce((child, band, index) => {
    const own = noise.subarray(index * weights.length, (index + 1) * weights.length);
    const drawn = drawWeights(weights, own, spread, how === 'cross' ? CROSS : BLEND);
    const parts = others.map((wPlus, i) => ({ wPlus, weight: drawn[i + 1] ?? 0 }));
    return space.blend(child, parts, band);
  }, first);
}

/** A blend is the same in every layer; a cross draws weights for structure and for colours apart. */
function bandsOf(how: Breeding['how'], layers: number): LayerRange[] {
  const { all, coarse, middle, fine } = layerRanges(layers);
  return how === 'blend' ? [all] : [[coarse[0], middle[1]], fine];
}

/**
 * Weights around the given ones, together 1: each times (1 + spread·n)², n ~ N(0, 1). A parent of weight 0
 * stays out of it. Only operations that are exact everywhere, so that a seed means the same everywhere.
 */
export function drawWeights(
  weights: readonly number[],
  noise: Float32Array,
  spread: number,
  power: number,
): readonly number[] {
  const drawn = normalised(
    weights.map((weight, i) => weight * (1 + spread * (noise[i] ?? 0)) ** 2),
  );
  return normalised(drawn.map((weight) => weight ** power));
}

function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
