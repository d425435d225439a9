import { describe, expect, it } from 'vitest';
import {
  defaultLayerGroups,
  layerRanges,
  layerRangeSchema,
  layersNamed,
  nameOfRange,
} from './layers.ts';

describe('layerRanges', () => {
  it.each([4, 10, 14, 18])('cuts %i layers into three without gap or overlap', (layers) => {
    const { all, coarse, middle, fine } = layerRanges(layers);
    expect(all).toEqual([0, layers - 1]);
    expect([coarse[0], fine[1]]).toEqual(all);
    expect(middle[0]).toBe(coarse[1] + 1);
    expect(fine[0]).toBe(middle[1] + 1);
  });

  it.each([1, 2, 3])('leaves no range of %i layers empty', (layers) => {
    for (const range of Object.values(layerRanges(layers))) {
      expect(layerRangeSchema.safeParse(range).success).toBe(true);
      expect(range[1]).toBeLessThan(layers);
    }
  });
});

describe('names of ranges', () => {
  const common = { layers: 10, layerGroups: defaultLayerGroups(10) };
  const own = {
    layers: 10,
    layerGroups: [
      { id: 'pose', title: 'Pose', layers: [0, 1] as [number, number] },
      { id: 'fine', title: 'Fine', layers: [7, 9] as [number, number] },
    ],
  };

  it('are those of the pack', () => {
    expect(nameOfRange([5, 9], common)).toBe('fine');
    expect(nameOfRange([4, 9], common)).toBeUndefined();
    expect(nameOfRange([0, 1], own)).toBe('pose');
    expect(nameOfRange([5, 9], own)).toBeUndefined();
    expect(nameOfRange([0, 9], own)).toBe('all');
  });

  it('lead to layers, those of every generator among them', () => {
    expect(layersNamed('pose', own)).toEqual([0, 1]);
    expect(layersNamed('fine', own)).toEqual([7, 9]);
    expect(layersNamed('coarse', own)).toEqual([0, 2]);
    expect(layersNamed('all', own)).toEqual([0, 9]);
    expect(layersNamed('rough', own)).toBeUndefined();
  });
});
