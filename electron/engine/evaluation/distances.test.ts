import { expect, test } from 'vitest';
import { gaussian } from '../latent/gaussian.ts';
import { normalise } from '../latent/vectors.ts';
import { frechetDistance, maximumMeanDiscrepancy } from './distances.ts';

function normals(seed: number, count: number, scales: readonly number[], shift = 0) {
  const noise = gaussian(seed, count * scales.length);
  return Array.from({ length: count }, (_, row) =>
    Float32Array.from(scales, (scale, i) => scale * noise[row * scales.length + i]! + shift),
  );
}

/** For diagonal covariances: Σ (μa − μb)² + (σa − σb)². */
function expected(a: readonly number[], b: readonly number[], shift: number): number {
  return a.reduce((sum, scale, i) => sum + (scale - b[i]!) ** 2 + shift ** 2, 0);
}

test('the Fréchet distance of known normal distributions', async () => {
  const [a, b] = [
    [1, 2, 0.5, 3],
    [2, 2, 1, 0.1],
  ];
  const found = await frechetDistance(normals(1, 20_000, a), normals(2, 20_000, b, 1.5));
  expect(found / expected(a, b, 1.5)).toBeCloseTo(1, 1);
});

test('both ways to the shared spread agree: few rows, many rows, flat directions', async () => {
  const scales = Array.from({ length: 12 }, (_, i) => (i < 2 ? 0 : 1 + i / 10));
  const [a, b] = [normals(3, 13, scales), normals(4, 40, scales, 0.2)];
  // Zeros beside every row change no distance, and make rows wider than there are of them.
  const padded = (rows: Float32Array[]) =>
    rows.map((row) => Float32Array.of(...row, ...new Float32Array(60)));
  const narrow = await frechetDistance(a, b);
  expect(narrow).toBeGreaterThan(0.1);
  expect(await frechetDistance(padded(a), padded(b))).toBeCloseTo(narrow, 6);
  expect(await frechetDistance(b, a)).toBeCloseTo(narrow, 6);
});

test('a set lies no way off itself', async () => {
  const rows = normals(5, 30, [1, 1, 1]).map(normalise);
  expect(await frechetDistance(rows, rows)).toBeCloseTo(0, 6);
  expect(await maximumMeanDiscrepancy(rows, rows)).toBe(0);
});

test('the discrepancy of two single points is that of the kernel', async () => {
  const [x, y] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  const kernel = Math.exp(-2 / 200);
  expect(await maximumMeanDiscrepancy([x, x], [y, y])).toBeCloseTo(1_000 * (2 - 2 * kernel), 9);
});
