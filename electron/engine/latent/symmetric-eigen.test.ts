import { expect, test } from 'vitest';
import { gaussian } from './gaussian.ts';
import { symmetricEigen, symmetricEigenvalues } from './symmetric-eigen.ts';

/** Q·diag(values)·Qᵀ of a random reflection product Q. */
function matrixWith(values: readonly number[]): Float64Array[] {
  const n = values.length;
  let a: Float64Array[] = values.map((value, i) =>
    Float64Array.from({ length: n }, (_, j) => (i === j ? value : 0)),
  );
  for (let seed = 0; seed < n; seed++) {
    const noise = gaussian(seed, n);
    const size = Math.hypot(...noise);
    const v = Float64Array.from(noise, (x) => x / size);
    const h = Array.from({ length: n }, (_, i) =>
      Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0) - 2 * v[i]! * v[j]!),
    );
    a = product(product(h, a), h);
  }
  return a;
}

function product(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  return a.map((row) =>
    Float64Array.from({ length: b.length }, (_, j) =>
      row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0),
    ),
  );
}

const SPECTRA: [string, number[]][] = [
  ['many sizes', [-3, -1e-6, 0, 1e-9, 0.5, 2, 100]],
  ['all alike', [2, 2, 2, 2]],
  ['rank one', [0, 0, 0, 0, 7]],
  ['one', [5]],
  ['forty', Array.from({ length: 40 }, (_, i) => i ** 2)],
];

test.each(SPECTRA)('eigenvalues are found: %s', async (_, values) => {
  const found = await symmetricEigenvalues(matrixWith(values));
  const largest = Math.max(...values.map(Math.abs));
  for (const [i, value] of values.entries()) {
    expect(Math.abs(found[i]! - value)).toBeLessThan(1e-12 * largest + 1e-14);
  }
});

test.each(SPECTRA)(
  'eigenvectors are stretched by their values, at right angles: %s',
  async (_, expected) => {
    const matrix = matrixWith(expected);
    const { values, vectors } = await symmetricEigen(matrix.map((row) => row.slice()));
    const largest = Math.max(...expected.map(Math.abs));
    const transposed = vectors.map((_, i) => Float64Array.from(vectors, (row) => row[i]!));
    const stretched = product(vectors, matrix);
    const angles = product(vectors, transposed);
    for (const [i, vector] of vectors.entries()) {
      expect(Math.abs(values[i]! - expected[i]!)).toBeLessThan(1e-12 * largest + 1e-14);
      for (const [j, number] of vector.entries()) {
        expect(Math.abs(stretched[i]![j]! - values[i]! * number)).toBeLessThan(1e-12 * largest);
        expect(Math.abs(angles[i]![j]! - (i === j ? 1 : 0))).toBeLessThan(1e-13);
      }
    }
  },
);

test('a diagonal matrix has its diagonal', async () => {
  const rows = [3, 1, 2].map((value, i) =>
    Float64Array.from({ length: 3 }, (_, j) => (i === j ? value : 0)),
  );
  expect([...(await symmetricEigenvalues(rows))]).toEqual([1, 2, 3]);
});
