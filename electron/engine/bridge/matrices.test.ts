import { expect, it } from 'vitest';
import { gaussian } from '../latent/gaussian.ts';
import * as matrices from './matrices.ts';

const N = 24;
const random = Float64Array.from(gaussian(1, N * N));
const transposed = (a: Float64Array) => a.map((_, i) => a[(i % N) * N + Math.floor(i / N)]!);
const distance = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const identity = matrices.identity(N);

it('the factors of a matrix make it again, and their inverses its inverse', async () => {
  const { rows, packed } = await matrices.factorise(random, N);
  const lower = packed.map((v, i) => (i % N < Math.floor(i / N) ? v : identity[i]!));
  const upper = packed.map((v, i) => (i % N >= Math.floor(i / N) ? v : 0));
  const again = await matrices.product(lower, upper, N);
  const chosen = random.map((_, i) => random[rows[Math.floor(i / N)]! * N + (i % N)]!);
  expect(distance(again, chosen)).toBeLessThan(1e-13);
  const inverseUpper = await matrices.invertUpper(upper, N);
  const inverseLower = await matrices.invertUnitLower(lower, N);
  expect(distance(await matrices.product(upper, inverseUpper, N), identity)).toBeLessThan(1e-11);
  expect(distance(await matrices.product(lower, inverseLower, N), identity)).toBeLessThan(1e-11);
});

it('a random orthogonal matrix times its transpose is the identity', async () => {
  const turned = await matrices.randomOrthogonal(random, N);
  const product = await matrices.product(turned, transposed(turned), N);
  expect(distance(product, identity)).toBeLessThan(1e-14);
});
