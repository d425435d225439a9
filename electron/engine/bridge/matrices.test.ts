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

it('an orthonormal matrix times its transpose is the identity', async () => {
  const turned = await matrices.orthonormal(random, N);
  const product = await matrices.product(turned, transposed(turned), N);
  expect(distance(product, identity)).toBeLessThan(1e-14);
});

it.each(['full', 'of low rank', 'diagonal'])(
  'eigenvectors of a matrix that is %s',
  async (kind) => {
    const part = kind === 'full' ? random : random.map((v, i) => (i % N < 5 ? v : 0));
    const square = await matrices.product(part, transposed(part), N);
    const symmetric = kind === 'diagonal' ? identity.map((v, i) => v * (i % 5)) : square;
    const { values, vectors } = await matrices.eigenOf(symmetric, N);
    const [forth, back] = [await matrices.product(vectors, symmetric, N), transposed(vectors)];
    const expected = identity.map((v, i) => v * values[i % N]!);
    expect(distance(await matrices.product(forth, back, N), expected)).toBeLessThan(1e-12);
    expect(distance(await matrices.product(vectors, back, N), identity)).toBeLessThan(1e-13);
  },
);
