import { describe, expect, it } from 'vitest';
import { dot } from '../latent/vectors.ts';
import { without } from './directions.ts';

describe('without', () => {
  const vector = Float32Array.of(3, 4, 5);
  const slanted = [Float32Array.of(1, 0, 0), Float32Array.of(1, 1, 0), Float32Array.of(2, 1, 0)];

  it('leaves a vector at right angles to others, slanted and dependent as they may be', () => {
    expect([...without(vector, slanted, 1)]).toEqual([0, 0, 5]);
  });

  it('takes away the part asked for, and nothing at 0', () => {
    expect([...without(vector, slanted, 0.5)]).toEqual([1.5, 2, 5]);
    expect(without(vector, slanted, 0)).toEqual(vector);
    expect(dot(without(vector, [], 1), vector)).toBe(50);
  });
});
