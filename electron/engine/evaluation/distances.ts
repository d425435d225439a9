/** How far two sets of vectors lie apart. Rows of one call have one width, two rows or more in each set. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { symmetricEigenvalues } from '../latent/symmetric-eigen.ts';

type Rows = readonly Float32Array[];

/** Rows that are worked on between two breaths of the event loop. */
const BREATH = 16;

/**
 * Fréchet distance between the normal distributions that fit two sets (Heusel et al. 2017, "GANs trained by a
 * two time-scale update rule…", eq. 6): |μa − μb|² + tr(Σa + Σb − 2(Σa Σb)^½). On features of Inception v3 it is
 * the FID.
 */
export async function frechetDistance(a: Rows, b: Rows): Promise<number> {
  const [first, second] = [centred(a), centred(b)];
  const apart = first.mean.reduce((sum, x, i) => sum + (x - (second.mean[i] ?? 0)) ** 2, 0);
  const spread = squares(first.rows) + squares(second.rows);
  return Math.max(0, apart + spread - 2 * (await sharedSpread(first.rows, second.rows)));
}

/**
 * Squared maximum mean discrepancy under a Gaussian kernel of σ = 10 on unit vectors, times 1,000: CMMD
 * (Jayasumana et al. 2024, "Rethinking FID", §4).
 */
export async function maximumMeanDiscrepancy(a: Rows, b: Rows): Promise<number> {
  const own = (await meanKernel(a, a)) + (await meanKernel(b, b));
  return 1_000 * Math.max(0, own - 2 * (await meanKernel(a, b)));
}

const SIGMA = 10;

async function meanKernel(a: Rows, b: Rows): Promise<number> {
  let sum = 0;
  for (const [i, x] of a.entries()) {
    if (i % BREATH === 0) await nextTurn();
    for (const y of b) sum += Math.exp(-squaredDistance(x, y) / (2 * SIGMA ** 2));
  }
  return sum / (a.length * b.length);
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/** Rows less their mean, divided by √(n − 1), so that the covariance is their product with themselves. */
function centred(rows: Rows): { mean: Float64Array; rows: Float64Array[] } {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) row.forEach((x, i) => (mean[i] = (mean[i] ?? 0) + x / rows.length));
  const scale = 1 / Math.sqrt(rows.length - 1);
  const centredRow = (row: Float32Array) =>
    Float64Array.from(row, (x, i) => (x - (mean[i] ?? 0)) * scale);
  return { mean, rows: rows.map(centredRow) };
}

function squares(rows: readonly Float64Array[]): number {
  return rows.reduce((sum, row) => sum + product(row, row), 0);
}

/**
 * tr(Σa Σb)^½ for Σ = RᵀR. The eigenvalues of Σa Σb are those of the smallest of: M Mᵀ for M = A Bᵀ, of as many
 * rows as a set has; and L Σb Lᵀ for Σa = LᵀL, as wide as a vector.
 */
async function sharedSpread(a: Float64Array[], b: Float64Array[]): Promise<number> {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const width = few[0]?.length ?? 0;
  const left = few.length <= width ? few : await choleskyFactor(await gram(transposed(few)));
  const eigenvalues = await symmetricEigenvalues(await gram(await productWith(left, many)));
  return eigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}

/** Rows times the transpose of others. */
async function productWith(a: readonly Float64Array[], b: readonly Float64Array[]) {
  const rows: Float64Array[] = [];
  for (const [i, row] of a.entries()) {
    if (i % BREATH === 0) await nextTurn();
    rows.push(Float64Array.from(b, (other) => product(row, other)));
  }
  return rows;
}

const gram = (rows: readonly Float64Array[]) => productWith(rows, rows);

function transposed(rows: readonly Float64Array[]): Float64Array[] {
  return Array.from(rows[0] ?? [], (_, i) => Float64Array.from(rows, (row) => row[i] ?? 0));
}

/** Part of the largest variance below which a direction counts as flat. */
const FLAT = 1e-14;

/** L with LᵀL = the matrix (Golub & Van Loan, §4.2); a direction without variance has a row of zeros. */
async function choleskyFactor(matrix: readonly Float64Array[]): Promise<Float64Array[]> {
  const rows = matrix.map((row) => row.slice());
  const floor = FLAT * Math.max(...rows.map((row, i) => row[i] ?? 0));
  for (const [k, pivotRow] of rows.entries()) {
    if (k % BREATH === 0) await nextTurn();
    const pivot = pivotRow[k] ?? 0;
    const scale = pivot > floor ? 1 / Math.sqrt(pivot) : 0;
    pivotRow.forEach((x, j) => (pivotRow[j] = j < k ? 0 : x * scale));
    for (let i = k + 1; i < rows.length; i++) {
      const row = rows[i] ?? pivotRow;
      const factor = pivotRow[i] ?? 0;
      for (let j = i; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (pivotRow[j] ?? 0);
    }
  }
  return rows;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
