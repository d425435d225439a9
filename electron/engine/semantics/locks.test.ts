import { describe, expect, it } from 'vitest';
import { gaussian } from '../latent/gaussian.ts';
import { dot } from '../latent/vectors.ts';
import { lockLayers } from './locks.ts';

const LAYERS = 4;
const WIDTH = 64;
const original = gaussian(1, WIDTH * LAYERS);
const changed = gaussian(2, WIDTH * LAYERS);
const layerOf = (w: Float32Array, layer: number) => w.subarray(WIDTH * layer, WIDTH * (layer + 1));
const lock = (locked: Omit<Parameters<typeof lockLayers>[1], 'wPlus'>) =>
  lockLayers(changed, { wPlus: original, ...locked }, WIDTH);

describe('locking', () => {
  it('keeps layers number for number and lets go of the others', () => {
    const result = lock({ layers: [[0, 1]], directions: [] });
    expect(layerOf(result, 1)).toEqual(layerOf(original, 1));
    expect(layerOf(result, 2)).toEqual(layerOf(changed, 2));
  });

  it('lets nothing move along directions, in their layers', () => {
    const axes = [gaussian(3, WIDTH), gaussian(4, WIDTH)];
    const directions = axes.map((vector) => ({ vector, layers: [2, 3] as [number, number] }));
    const result = lock({ layers: [[0, 0]], directions });
    for (const axis of axes) {
      const along = (w: Float32Array) => dot(layerOf(w, 2), axis);
      expect(along(changed)).not.toBeCloseTo(along(original), 1);
      expect(along(result)).toBeCloseTo(along(original), 3);
    }
    expect(layerOf(result, 1)).toEqual(layerOf(changed, 1));
    expect(layerOf(result, 2)).not.toEqual(layerOf(original, 2));
  });
});
