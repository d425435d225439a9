/**
 * Eigenvalues and eigenvectors of symmetric matrices in float64: Householder's reduction to three diagonals, then QL
 * with implicit shifts (Golub & Van Loan, "Matrix computations", §8.3). Inner loops run along rows, and over the
 * lower triangle alone.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows that are worked on between two breaths of the event loop. */
const BREATH = 16;
/** Sweeps that one eigenvalue may take; three are usual. */
const MAX_SWEEPS = 60;

export interface SymmetricEigen {
  /** Smallest first. */
  readonly values: Float64Array;
  /** Of unit length, at right angles to one another, in the order of the values. */
  readonly vectors: readonly Float64Array[];
}

/**
 * The eigenvalues of a symmetric matrix [n, n], smallest first.
 *
 * @param matrix rows, of which the lower triangle is read; overwritten
 */
export async function symmetricEigenvalues(matrix: readonly Float64Array[]): Promise<Float64Array> {
  const { diagonal, beside } = await tridiagonalise(matrix);
  await diagonalise(diagonal, beside, []);
  return diagonal.sort();
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [n, n].
 *
 * @param matrix rows, of which the lower triangle is read; overwritten
 */
export async function symmetricEigen(matrix: readonly Float64Array[]): Promise<SymmetricEigen> {
  const { diagonal, beside } = await tridiagonalise(matrix);
  const vectors = await basisOf(matrix);
  await diagonalise(diagonal, beside, vectors);
  const order = Array.from(diagonal, (value, i) => ({ value, vector: vectors[i] ?? diagonal }));
  order.sort((a, b) => a.value - b.value);
  return {
    values: Float64Array.from(order, ({ value }) => value),
    vectors: order.map(({ vector }) => vector),
  };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i stands between diagonal i and i + 1; the last is 0. */
  readonly beside: Float64Array;
}

/**
 * From the last row up, each step reflects what a row has left of its diagonal onto the last number of that:
 * A ← (I − vvᵀ) A (I − vvᵀ). The vectors v stay in the rows that they came from.
 */
async function tridiagonalise(a: readonly Float64Array[]): Promise<Tridiagonal> {
  const beside = new Float64Array(a.length);
  const diagonal = new Float64Array(a.length);
  const w = new Float64Array(a.length);
  for (const [i, row] of [...a.entries()].reverse()) {
    if (i % BREATH === 0) await nextTurn();
    diagonal[i] = row[i] ?? 0;
    if (i === 0) break;
    const v = row.subarray(0, i);
    beside[i - 1] = toReflection(v);
    reflect(a, v, w);
  }
  return { diagonal, beside };
}

/** Makes of x the v of length √2 for which I − vvᵀ takes x to a multiple of its last axis, and gives that multiple. */
function toReflection(x: Float64Array): number {
  const last = x.length - 1;
  const norm = Math.sqrt(dot(x, x, x.length));
  const length = (x[last] ?? 0) > 0 ? -norm : norm;
  x[last] = (x[last] ?? 0) - length;
  const size = Math.sqrt(dot(x, x, x.length) / 2);
  if (size > 0) for (let i = 0; i <= last; i++) x[i] = (x[i] ?? 0) / size;
  return length;
}

/** A ← A − vwᵀ − wvᵀ with w = Av − ½(vᵀAv)v, of the rows and columns that v has. */
function reflect(a: readonly Float64Array[], v: Float64Array, w: Float64Array): void {
  timesSymmetric(a, v, w);
  const share = dot(v, w, v.length) / 2;
  for (let i = 0; i < v.length; i++) w[i] = (w[i] ?? 0) - share * (v[i] ?? 0);
  for (let i = 0; i < v.length; i++) {
    const row = a[i] ?? v;
    const [vi, wi] = [v[i] ?? 0, w[i] ?? 0];
    for (let j = 0; j <= i; j++) row[j] = (row[j] ?? 0) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
  }
}

/** w ← Av by the lower triangle of A. */
function timesSymmetric(a: readonly Float64Array[], v: Float64Array, w: Float64Array): void {
  w.fill(0);
  for (let i = 0; i < v.length; i++) {
    const row = a[i] ?? v;
    const vi = v[i] ?? 0;
    let sum = (row[i] ?? 0) * vi;
    for (let j = 0; j < i; j++) {
      const each = row[j] ?? 0;
      sum += each * (v[j] ?? 0);
      w[j] = (w[j] ?? 0) + each * vi;
    }
    w[i] = (w[i] ?? 0) + sum;
  }
}

/** Rows Qᵀ with A = Q·T·Qᵀ: the product of the reflections that `tridiagonalise` left in the rows of A. */
async function basisOf(a: readonly Float64Array[]): Promise<Float64Array[]> {
  const rows = a.map((_, i) => new Float64Array(a.length).fill(1, i, i + 1));
  for (const [i, reflected] of a.entries()) {
    if (i % BREATH === 0) await nextTurn();
    const v = reflected.subarray(0, i);
    for (const row of rows.slice(0, i)) {
      const along = dot(row, v, i);
      for (let j = 0; j < i; j++) row[j] = (row[j] ?? 0) - along * (v[j] ?? 0);
    }
  }
  return rows;
}

/** Turns until all beside the diagonal is rounding, and `vectors`, if there are any, with it. */
async function diagonalise(
  d: Float64Array,
  e: Float64Array,
  vectors: readonly Float64Array[],
): Promise<void> {
  for (let l = 0; l < d.length; l++) {
    if (l % BREATH === 0) await nextTurn();
    for (let sweeps = 0; ; sweeps++) {
      const end = blockEnd(d, e, l);
      if (end === l) break;
      if (sweeps === MAX_SWEEPS) throw new RangeError('eigenvalues did not settle');
      sweep(d, e, vectors, { l, end });
    }
  }
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
function sweep(
  d: Float64Array,
  e: Float64Array,
  vectors: readonly Float64Array[],
  { l, end }: { l: number; end: number },
): void {
  let g = (d[end] ?? 0) - shiftOf(d, e, l);
  let [sine, cosine, p] = [1, 1, 0];
  for (let i = end - 1; i >= l; i--) {
    const f = sine * (e[i] ?? 0);
    const b = cosine * (e[i] ?? 0);
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] ?? 0) - p;
      e[end] = 0;
      return;
    }
    [sine, cosine] = [f / r, g / r];
    g = (d[i + 1] ?? 0) - p;
    const t = ((d[i] ?? 0) - g) * sine + 2 * cosine * b;
    p = sine * t;
    d[i + 1] = g + p;
    g = cosine * t - b;
    rotate(vectors[i], vectors[i + 1], cosine, sine);
  }
  d[l] = (d[l] ?? 0) - p;
  e[l] = g;
  e[end] = 0;
}

/** The eigenvalue of the first 2 × 2 numbers that is nearer to the first of them. */
function shiftOf(d: Float64Array, e: Float64Array, l: number): number {
  const [first, between] = [d[l] ?? 0, e[l] ?? 0];
  const ratio = ((d[l + 1] ?? 0) - first) / (2 * between);
  const root = Math.hypot(ratio, 1);
  return first - between / (ratio + (ratio < 0 ? -root : root));
}

function rotate(
  a: Float64Array | undefined,
  b: Float64Array | undefined,
  cosine: number,
  sine: number,
): void {
  if (!a || !b) return;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
}

/** Of the first `count` numbers. */
function dot(a: Float64Array, b: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
