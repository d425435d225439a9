import { expect, it } from 'vitest';
import { gaussian } from './gaussian.ts';
import { principalComponents } from './principal-components.ts';
import { addScaled, cosine, norm, normalise, scale } from './vectors.ts';

/** Rows that spread 3 along one slanted axis, 2 along another, and 0.05 elsewhere, about a far mean. */
const axes = [normalise(gaussian(1, 512)), normalise(gaussian(2, 512))];
const rows = Array.from({ length: 400 }, (_, n) => {
  const [a = 0, b = 0] = gaussian(100 + n, 2);
  const spread = addScaled(scale(axes[0]!, 3 * a), axes[1]!, 2 * b);
  return addScaled(
    addScaled(spread, gaussian(1_000 + n, 512), 0.05),
    new Float32Array(512).fill(9),
  );
});

it('finds the axes of spread, greatest first, each one standard deviation long', async () => {
  const [first, second, third] = await principalComponents(rows, 3);
  expect(Math.abs(cosine(first!, axes[0]!))).toBeGreaterThan(0.98);
  expect(Math.abs(cosine(second!, axes[1]!))).toBeGreaterThan(0.97);
  expect(norm(first!)).toBeCloseTo(3, 0);
  expect(norm(second!)).toBeCloseTo(2, 0);
  expect(norm(third!)).toBeLessThan(0.2);
});

it('gives the same numbers every time', async () => {
  expect(await principalComponents(rows, 3)).toEqual(await principalComponents(rows, 3));
});
