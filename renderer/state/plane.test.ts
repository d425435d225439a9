import { describe, expect, it } from 'vitest';
import { cornerWeights } from './plane.ts';

describe('cornerWeights', () => {
  it('gives each corner to one of four portraits', () => {
    expect(cornerWeights({ x: 0, y: 0 }, 3)).toEqual([0, 0, 0]);
    expect(cornerWeights({ x: 1, y: 0 }, 3)).toEqual([1, 0, 0]);
    expect(cornerWeights({ x: 1, y: 1 }, 3)).toEqual([0, 1, 0]);
    expect(cornerWeights({ x: 0, y: 1 }, 3)).toEqual([0, 0, 1]);
    expect(cornerWeights({ x: 0.5, y: 0.5 }, 3)).toEqual([0.25, 0.25, 0.25]);
  });

  it('gives three portraits a triangle', () => {
    expect(cornerWeights({ x: 0, y: 0 }, 2)).toEqual([0, 0]);
    expect(cornerWeights({ x: 1, y: 0 }, 2)).toEqual([1, 0]);
    expect(cornerWeights({ x: 0.5, y: 1 }, 2)).toEqual([0, 1]);
  });

  it.each([2, 3])('never weighs more than 1 with %i others, nor less than nothing', (others) => {
    for (const x of [0, 0.2, 0.5, 0.9, 1]) {
      for (const y of [0, 0.3, 0.7, 1]) {
        const weights = cornerWeights({ x, y }, others);
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
        expect(weights.reduce((a, b) => a + b)).toBeLessThanOrEqual(1.000001);
      }
    }
  });

  it('has no say while there are no others', () => {
    expect(cornerWeights({ x: 1, y: 1 }, 0)).toEqual([]);
  });
});
