import { gaussian } from './gaussian.ts';
import { unstack } from './vectors.ts';

/** Rows that are added between two breaths of the event loop: a few milliseconds' work. */
const BREATH = 32;

/** Directions that are turned beside those asked for: the more, the sooner these stand still. */
const SPARE = 8;
const TURNS = 60;

/**
 * The directions along which vectors differ most, greatest first, at right angles to one another, each
 * [width] and one standard deviation long; the same numbers every time (Pearson 1901; as edit directions
 * of a generator: Härkönen et al., "GANSpace", 2020, §2.1). Subspace iteration on the covariance (Golub &
 * Van Loan, "Matrix computations", §8.2.4), in float64. Each points where its largest component is positive.
 *
 * @param rows vectors of one width, more of them than `count`
 */
export async function principalComponents(
  rows: readonly Float32Array[],
  count: number,
): Promise<Float32Array[]> {
  const covariance = await covarianceOf(rows);
  const width = covariance.length;
  const start = gaussian(0, (count + SPARE) * width);
  let basis = orthonormal(unstack(start, width).map((row) => Float64Array.from(row)));
  for (let turn = 0; turn < TURNS; turn++) {
    basis = orthonormal(basis.map((axis) => times(covariance, axis)));
    await breathe();
  }
  return basis
    .map((axis) => ({ axis, variance: Math.max(0, product(axis, times(covariance, axis))) }))
    .sort((a, b) => b.variance - a.variance)
    .slice(0, count)
    .map(({ axis, variance }) => {
      const length = signOf(axis) * Math.sqrt(variance);
      return Float32Array.from(axis, (value) => value * length);
    });
}

async function covarianceOf(rows: readonly Float32Array[]): Promise<Float64Array[]> {
  const sums = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) row.forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value));
  const means = sums.map((sum) => sum / rows.length);
  const covariance = Array.from(sums, () => new Float64Array(sums.length));
  for (const [index, row] of rows.entries()) {
    if (index % BREATH === 0) await breathe();
    addOuter(
      covariance,
      Float64Array.from(row, (value, i) => value - (means[i] ?? 0)),
    );
  }
  return covariance.map((row, i) =>
    row.map((_, j) => (covariance[Math.min(i, j)]?.[Math.max(i, j)] ?? 0) / rows.length),
  );
}

/** Adds x·xᵀ, the upper triangle of it. */
function addOuter(matrix: readonly Float64Array[], x: Float64Array): void {
  for (const [i, row] of matrix.entries()) {
    const factor = x[i] ?? 0;
    for (let j = i; j < row.length; j++) row[j] = (row[j] ?? 0) + factor * (x[j] ?? 0);
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function times(matrix: readonly Float64Array[], x: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => product(row, x));
}

/** Gram–Schmidt, in the order given. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const axes: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    for (const axis of axes) {
      const along = product(rest, axis);
      for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] ?? 0) - along * (axis[i] ?? 0);
    }
    const length = Math.sqrt(product(rest, rest)) || 1;
    axes.push(rest.map((value) => value / length));
  }
  return axes;
}

function signOf(axis: Float64Array): number {
  const largest = axis.reduce(
    (best, value) => (Math.abs(value) > Math.abs(best) ? value : best),
    0,
  );
  return largest < 0 ? -1 : 1;
}

/** Lets others have the thread for a moment. */
async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
