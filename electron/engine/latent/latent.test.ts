import { describe, expect, it } from 'vitest';
import { exactLn, gaussian } from './gaussian.ts';
import {
  addScaled,
  cosine,
  dot,
  lerp,
  mean,
  norm,
  normalise,
  orthogonalise,
  slerp,
} from './vectors.ts';

const moments = (values: Float32Array, power: number) =>
  values.reduce((sum, value) => sum + value ** power, 0) / values.length;

describe('gaussian', () => {
  it('gives these very numbers for seed 7, on every machine', () => {
    const bits = new Uint32Array(gaussian(7, 6).buffer);
    expect([...bits].map((word) => word.toString(16))).toMatchInlineSnapshot(`
      [
        "bfcae262",
        "3d952eba",
        "be4aab27",
        "bfa24d72",
        "4025fb7d",
        "bf85cd2c",
      ]
    `);
  });

  it('has the moments of N(0, 1)', () => {
    const values = gaussian(1, 200_000);
    expect(moments(values, 1)).toBeCloseTo(0, 2);
    expect(moments(values, 2)).toBeCloseTo(1, 2);
    expect(moments(values, 3)).toBeCloseTo(0, 1);
    expect(moments(values, 4)).toBeCloseTo(3, 1);
  });

  it('is independent between neighbouring seeds', () => {
    expect(Math.abs(cosine(gaussian(7, 50_000), gaussian(8, 50_000)))).toBeLessThan(0.015);
  });

  it('starts alike whatever the length', () => {
    expect(gaussian(3, 5)).toEqual(gaussian(3, 512).subarray(0, 5));
  });

  it.each([2 ** -64, 1e-9, 0.3, Math.SQRT1_2, 1, Math.SQRT2, 1.99, 5e5])('ln %d', (x) => {
    expect(exactLn(x)).toBeCloseTo(Math.log(x), 13);
  });
});

describe('vectors', () => {
  const a = gaussian(1, 512);
  const b = gaussian(2, 512);

  it('slerp turns evenly and keeps unit length', () => {
    const [from, to] = [normalise(a), normalise(b)];
    const steps = [0, 0.25, 0.5, 0.75, 1].map((t) => slerp(from, to, t));
    for (const step of steps) expect(norm(step)).toBeCloseTo(1, 6);
    const turns = steps.slice(1).map((step, i) => Math.acos(cosine(step, steps[i]!)));
    for (const turn of turns) expect(turn).toBeCloseTo(turns[0]!, 5);
  });

  it('slerp reaches both ends, and changes length linearly', () => {
    const long = addScaled(b, b);
    expect(norm(addScaled(slerp(a, long, 0), a, -1))).toBeLessThan(1e-4);
    expect(norm(addScaled(slerp(a, long, 1), long, -1))).toBeLessThan(1e-4);
    expect(norm(slerp(a, long, 0.5))).toBeCloseTo((norm(a) + norm(long)) / 2, 3);
  });

  it('slerp takes the straight line between parallel and opposite vectors', () => {
    expect(slerp(a, a, 0.5)).toEqual(a);
    expect(norm(slerp(a, addScaled(a, a, -2), 0.5))).toBeCloseTo(0, 4);
  });

  it('normalise leaves zero alone', () => {
    expect(normalise(new Float32Array(4))).toEqual(new Float32Array(4));
  });

  it('mean is the middle', () => {
    expect(norm(addScaled(mean([a, b]), lerp(a, b, 0.5), -1))).toBeLessThan(1e-5);
  });
});

describe('orthogonalise', () => {
  const vector = Float32Array.of(3, 4, 5);
  const slanted = [Float32Array.of(1, 0, 0), Float32Array.of(1, 1, 0), Float32Array.of(2, 1, 0)];

  it('leaves a vector at right angles to others, slanted and dependent as they may be', () => {
    expect([...orthogonalise(vector, slanted)]).toEqual([0, 0, 5]);
  });

  it('takes away the part asked for, and nothing at 0', () => {
    expect([...orthogonalise(vector, slanted, 0.5)]).toEqual([1.5, 2, 5]);
    expect(orthogonalise(vector, slanted, 0)).toEqual(vector);
    expect(dot(orthogonalise(vector, []), vector)).toBe(50);
  });
});
