import { describe, expect, it } from 'vitest';
import { layerRanges, layerRangeSchema, nameOfRange } from './layers.ts';

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

it('nameOfRange knows the ranges that have a name', () => {
  expect(nameOfRange([5, 9], 10)).toBe('fine');
  expect(nameOfRange([4, 9], 10)).toBeUndefined();
});
