import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows that are worked on between two breaths of the event loop. */
const BREATH = 16;
/** Sweeps that one eigenvalue may take; three are usual. */
const MAX_SWEEPS = 60;

/**
 * The eigenvalues of a symmetric matrix [n, n], smallest first, in float64: Householder's reduction to three
 * diagonals, then implicit QL (Golub & Van Loan, "Matrix computations", §8.3).
 *
 * @param matrix rows; overwritten
 */
export async function symmetricEigenvalues(matrix: Float64Array[]): Promise<Float64Array> {
  const { diagonal, beside } = await tridiagonalise(matrix);
  for (let l = 0; l < diagonal.length; l++) isolate(diagonal, beside, l);
  return diagonal.sort();
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i stands between diagonal i and i + 1; the last is 0. */
  readonly beside: Float64Array;
}

/** Each step reflects the rest of a column onto its first element: A ← (I − 2vvᵀ) A (I − 2vvᵀ). */
async function tridiagonalise(a: Float64Array[]): Promise<Tridiagonal> {
  const n = a.length;
  const beside = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    if (k % BREATH === 0) await nextTurn();
    const reflection = reflectionOf(a, k);
    beside[k] = reflection.length;
    if (reflection.vector) reflect(a, k + 1, reflection.vector);
  }
  return { diagonal: Float64Array.from(a, (row, i) => row[i] ?? 0), beside };
}

/** The unit vector that takes column k below the diagonal to a multiple of its first axis, and that multiple. */
function reflectionOf(
  a: readonly Float64Array[],
  k: number,
): { length: number; vector: Float64Array | null } {
  const column = Float64Array.from({ length: a.length - k - 1 }, (_, i) => a[k + 1 + i]?.[k] ?? 0);
  const [first = 0] = column;
  const norm = Math.hypot(...chunkNorms(column));
  const length = first > 0 ? -norm : norm;
  column[0] = first - length;
  const size = Math.hypot(...chunkNorms(column));
  if (size === 0) return { length, vector: null };
  return { length, vector: column.map((value) => value / size) };
}

/** Norms of pieces, for `Math.hypot` takes only so many arguments. */
function chunkNorms(vector: Float64Array): number[] {
  const norms: number[] = [];
  for (let start = 0; start < vector.length; start += 1_000) {
    norms.push(Math.hypot(...vector.subarray(start, start + 1_000)));
  }
  return norms;
}

/** A ← A − 2vwᵀ − 2wvᵀ with w = Av − (vᵀAv)v, on rows and columns from `from` on. */
function reflect(a: readonly Float64Array[], from: number, v: Float64Array): void {
  const w = new Float64Array(v.length);
  let share = 0;
  for (let i = 0; i < v.length; i++) {
    const row = a[from + i] ?? v;
    let sum = 0;
    for (let j = 0; j < v.length; j++) sum += (row[from + j] ?? 0) * (v[j] ?? 0);
    w[i] = sum;
    share += sum * (v[i] ?? 0);
  }
  for (let i = 0; i < v.length; i++) w[i] = (w[i] ?? 0) - share * (v[i] ?? 0);
  for (let i = 0; i < v.length; i++) {
    const row = a[from + i] ?? v;
    const [vi, wi] = [2 * (v[i] ?? 0), 2 * (w[i] ?? 0)];
    for (let j = 0; j < v.length; j++) {
      row[from + j] = (row[from + j] ?? 0) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
    }
  }
}

/** Turns until element l of the diagonal is an eigenvalue. */
function isolate(d: Float64Array, e: Float64Array, l: number): void {
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const end = blockEnd(d, e, l);
    if (end === l) return;
    turn(d, e, l, end);
  }
  throw new RangeError('eigenvalues did not settle');
}

/** The last row of the block that l is in: beyond it the off-diagonal is rounding. */
function blockEnd(d: Float64Array, e: Float64Array, l: number): number {
  for (let m = l; m < d.length - 1; m++) {
    const size = Math.abs(d[m] ?? 0) + Math.abs(d[m + 1] ?? 0);
    if (Math.abs(e[m] ?? 0) <= Number.EPSILON * size) return m;
  }
  return d.length - 1;
}

/** One implicit QL sweep with Wilkinson's shift on rows l to `end`. */
function turn(d: Float64Array, e: Float64Array, l: number, end: number): void {
  const at = (array: Float64Array, i: number) => array[i] ?? 0;
  const ratio = (at(d, l + 1) - at(d, l)) / (2 * at(e, l));
  const root = Math.hypot(ratio, 1);
  let g = at(d, end) - at(d, l) + at(e, l) / (ratio + (ratio < 0 ? -root : root));
  let [sine, cosine, p] = [1, 1, 0];
  for (let i = end - 1; i >= l; i--) {
    const f = sine * at(e, i);
    const b = cosine * at(e, i);
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = at(d, i + 1) - p;
      e[end] = 0;
      return;
    }
    [sine, cosine] = [f / r, g / r];
    g = at(d, i + 1) - p;
    const t = (at(d, i) - g) * sine + 2 * cosine * b;
    p = sine * t;
    d[i + 1] = g + p;
    g = cosine * t - b;
  }
  d[l] = at(d, l) - p;
  e[l] = g;
  e[end] = 0;
}
