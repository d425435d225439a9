import { describe, expect, it } from 'vitest';
import { LatentSpace } from './w-plus.ts';

const space = new LatentSpace({ width: 2, layers: 3 });
const [a, b] = [space.toWPlus(Float32Array.of(1, 2)), space.toWPlus(Float32Array.of(8, 9))];

describe('LatentSpace', () => {
  it('repeats w for every layer, and takes the mean of layers for w', () => {
    expect([...a]).toEqual([1, 2, 1, 2, 1, 2]);
    expect(space.toWPlus(a)).toBe(a);
    expect([...space.toW(Float32Array.of(0, 3, 3, 0, 3, 3))]).toEqual([2, 2]);
    expect(
      [a, Float32Array.of(1, 2), Float32Array.of(1, 2, 3)].map((one) => space.has(one)),
    ).toEqual([true, true, false]);
  });

  it('leaves two of one form as they are, and makes w⁺ of both otherwise', () => {
    const w = Float32Array.of(1, 2);
    expect(space.alike(w, w)[0]).toBe(w);
    expect(space.alike(w, b)).toEqual([a, b]);
  });

  it('mixes whole layers', () => {
    expect([...space.mix(a, b, [1, 2])]).toEqual([1, 2, 8, 9, 8, 9]);
  });

  it('blends towards others by their weights, in the layers asked for', () => {
    const blended = space.blend(a, [{ wPlus: b, weight: 0.5 }], [0, 0]);
    expect([...blended]).toEqual([4.5, 5.5, 1, 2, 1, 2]);
  });

  it('moves along a direction in the layers asked for', () => {
    expect([...space.move(a, Float32Array.of(1, -1), 2, [0, 1])]).toEqual([3, 0, 3, 0, 1, 2]);
  });
});
