import { describe, expect, it } from 'vitest';
import { breed, drawWeights } from './breeding.ts';
import { LatentSpace } from './w-plus.ts';

const LAYERS = 10;
const WIDTH = 4;
const space = new LatentSpace({ width: WIDTH, layers: LAYERS });
const plain = (value: number) => new Float32Array(WIDTH * LAYERS).fill(value);
const parents = [plain(0), plain(1)] as [Float32Array, Float32Array];
/** What a child of a 0 and a 1 has of the 1, layer by layer. */
const mother = (seed: number, how: 'blend' | 'cross', spread = 0.5, weights = [0.5, 0.5]) => {
  const child = breed(parents, weights, { how, spread }, seed, space);
  return Array.from({ length: LAYERS }, (_, layer) => child[WIDTH * layer] ?? NaN);
};

describe('a child', () => {
  it('has just the weights where nothing is to differ', () => {
    for (const share of mother(1, 'blend', 0, [0.5, 1])) expect(share).toBeCloseTo(2 / 3);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(mother(1, 'blend')).toEqual(mother(1, 'blend'));
    expect(new Set([1, 2, 3, 4].map((seed) => mother(seed, 'blend')[0])).size).toBe(4);
  });

  it('has nothing of a parent without weight', () => {
    expect(mother(3, 'cross', 1, [1, 0])).toEqual(Array.from({ length: LAYERS }, () => 0));
  });

  it('is the same mixture in every layer, or has structure and colours each of their own', () => {
    expect(new Set(mother(5, 'blend')).size).toBe(1);
    const crossed = mother(5, 'cross');
    expect(new Set(crossed.slice(0, 5)).size).toBe(1);
    expect(new Set(crossed.slice(5)).size).toBe(1);
    expect(crossed[0]).not.toBe(crossed[9]);
  });

  it('has most of a band from one parent when it is crossed', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const clear = (how: 'blend' | 'cross') =>
      seeds.filter((seed) => Math.abs((mother(seed, how)[0] ?? NaN) - 0.5) > 0.3).length;
    expect(clear('cross')).toBeGreaterThan(2 * clear('blend'));
  });
});

it('weights add up to 1', () => {
  const noise = Float32Array.of(0.3, -1.2, 2);
  const weights = drawWeights([0.2, 0.3, 0.5], noise, 0.7, 4);
  expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1);
});
