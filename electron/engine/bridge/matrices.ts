/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index runs over a matrix of known size */
/** Dense linear algebra in float64; matrices are square and row-major. */

/** Rows that are worked on between two breaths of the event loop. */
const BREATH = 16;

/** Lets others have the thread for a moment. */
export async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export function rowsOf(matrix: Float64Array, n: number): Float64Array[] {
  return Array.from({ length: n }, (_, i) => matrix.subarray(i * n, (i + 1) * n));
}

export function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}

/** a += factor · b, from index `start` on. */
function addScaled(a: Float64Array, b: Float64Array, factor: number, start = 0): void {
  for (let i = start; i < a.length; i++) a[i] = a[i]! + factor * b[i]!;
}

function dot(a: Float64Array, b: Float64Array, start = 0): number {
  let sum = 0;
  for (let i = start; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a·b. Of rows that begin or end with zeros, as triangular matrices have them, only the rest is gone through. */
export async function product(a: Float64Array, b: Float64Array, n: number): Promise<Float64Array> {
  const result = new Float64Array(n * n);
  const [left, right] = [rowsOf(a, n), rowsOf(b, n)];
  const starts = right.map((row) => row.findIndex((value) => value !== 0));
  const parts = right.map((row) => row.subarray(0, row.findLastIndex((value) => value !== 0) + 1));
  for (const [i, row] of rowsOf(result, n).entries()) {
    if (i % BREATH === 0) await breathe();
    for (let j = 0; j < n; j++) {
      const factor = left[i]![j]!;
      if (factor === 0 || starts[j]! < 0) continue;
      const part = parts[j]!;
      for (let k = starts[j]!; k < part.length; k++) row[k] = row[k]! + factor * part[k]!;
    }
  }
  return result;
}

/** m·x */
export function times(matrix: Float64Array, x: Float64Array): Float64Array {
  return Float64Array.from(rowsOf(matrix, x.length), (row) => dot(row, x));
}

/** P·A = L·U by elimination with the largest pivots (Golub & Van Loan, "Matrix computations", §3.4). */
export interface Factors {
  /** Row i of P·A is row `rows[i]` of A. */
  readonly rows: readonly number[];
  /** Strictly below the diagonal L, the diagonal and above U. */
  readonly packed: Float64Array;
}

export async function factorise(matrix: Float64Array, n: number): Promise<Factors> {
  const rows = rowsOf(matrix.slice(), n);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let pivot = 0; pivot < n; pivot++) {
    if (pivot % BREATH === 0) await breathe();
    let best = pivot;
    for (let i = pivot + 1; i < n; i++) {
      if (Math.abs(rows[i]![pivot]!) > Math.abs(rows[best]![pivot]!)) best = i;
    }
    [rows[pivot], rows[best]] = [rows[best]!, rows[pivot]!];
    [order[pivot], order[best]] = [order[best]!, order[pivot]!];
    const top = rows[pivot]!;
    for (let i = pivot + 1; i < n; i++) {
      const row = rows[i]!;
      const factor = row[pivot]! / top[pivot]!;
      addScaled(row, top, -factor, pivot);
      row[pivot] = factor;
    }
  }
  return { rows: order, packed: packedRows(rows, n) };
}

function packedRows(rows: readonly Float64Array[], n: number): Float64Array {
  const packed = new Float64Array(n * n);
  rows.forEach((row, i) => packed.set(row, i * n));
  return packed;
}

/** The inverse of an upper triangular matrix, row by row from the last: U·X = 1. */
export async function invertUpper(upper: Float64Array, n: number): Promise<Float64Array> {
  const inverse = identity(n);
  const [rows, result] = [rowsOf(upper, n), rowsOf(inverse, n)];
  for (let i = n - 1; i >= 0; i--) {
    if (i % BREATH === 0) await breathe();
    const row = result[i]!;
    for (let j = i + 1; j < n; j++) addScaled(row, result[j]!, -rows[i]![j]!, j);
    const pivot = rows[i]![i]!;
    for (let j = i; j < n; j++) row[j] = row[j]! / pivot;
  }
  return inverse;
}

/** The inverse of a lower triangular matrix with ones on its diagonal. */
export async function invertUnitLower(lower: Float64Array, n: number): Promise<Float64Array> {
  const inverse = identity(n);
  const [rows, result] = [rowsOf(lower, n), rowsOf(inverse, n)];
  for (let i = 1; i < n; i++) {
    if (i % BREATH === 0) await breathe();
    const row = result[i]!;
    for (let j = 0; j < i; j++) {
      const factor = rows[i]![j]!;
      for (let k = 0; k <= j; k++) row[k] = row[k]! - factor * result[j]![k]!;
    }
  }
  return inverse;
}

/**
 * A matrix whose rows are of length 1 and at right angles, out of any whose rows are independent, by Gram–Schmidt
 * done twice for its rounding (Giraud, Langou & Rozložník 2005).
 */
export async function orthonormal(matrix: Float64Array, n: number): Promise<Float64Array> {
  const result = matrix.slice();
  const rows = rowsOf(result, n);
  for (const [i, row] of rows.entries()) {
    if (i % BREATH === 0) await breathe();
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) addScaled(row, rows[j]!, -dot(row, rows[j]!));
    }
    const length = Math.sqrt(dot(row, row));
    row.forEach((value, k) => (row[k] = value / length));
  }
  return result;
}

export interface Eigen {
  readonly values: Float64Array;
  /** A row an eigenvector, in the order of the values. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, in no particular order: Householder's reduction to a
 * tridiagonal matrix, then QL with implicit shifts (Golub & Van Loan, §8.3).
 */
export async function eigenOf(matrix: Float64Array, n: number): Promise<Eigen> {
  const { diagonal, beside, vectors } = await tridiagonal(matrix, n);
  const rows = rowsOf(vectors, n);
  for (let first = 0; first < n; first++) {
    if (first % BREATH === 0) await breathe();
    for (;;) {
      const last = blockEnd(diagonal, beside, first);
      if (last === first) break;
      sweep(diagonal, beside, rows, first, last);
    }
  }
  return { values: diagonal, vectors };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** `beside[i]` stands between i and i + 1; the last is 0. */
  readonly beside: Float64Array;
  /** Q by rows: A = Qᵀ·T·Q. */
  readonly vectors: Float64Array;
}

/** Reflections take away what stands right of each row's neighbour (Golub & Van Loan, algorithm 8.3.1). */
async function tridiagonal(matrix: Float64Array, n: number): Promise<Tridiagonal> {
  const a = rowsOf(matrix.slice(), n);
  const vectors = identity(n);
  const q = rowsOf(vectors, n);
  const beside = new Float64Array(n);
  const mirrors: Float64Array[] = [];
  for (let k = 0; k < n - 1; k++) {
    if (k % BREATH === 0) await breathe();
    const v = a[k]!.slice();
    v.fill(0, 0, k + 1);
    const length = Math.sqrt(dot(v, v, k + 1));
    beside[k] = v[k + 1]! > 0 ? -length : length;
    v[k + 1] = v[k + 1]! - beside[k]!;
    const size = Math.sqrt(dot(v, v, k + 1));
    if (size > 0) v.forEach((value, i) => (v[i] = value / size));
    mirrors.push(v);
    reflect(a, v, k + 1);
  }
  // Q = H(n−2)…H(0): from the last on, each changes only what is right of and below its own place.
  for (const [k, v] of [...mirrors.entries()].reverse()) {
    if (k % BREATH === 0) await breathe();
    for (let i = k + 1; i < n; i++) addScaled(q[i]!, v, -2 * dot(q[i]!, v, k + 1), k + 1);
  }
  return { diagonal: Float64Array.from(a, (row, i) => row[i]!), beside, vectors };
}

/** A ← H·A·H with H = 1 − 2·v·vᵀ, from index `start` on: A − v·uᵀ − u·vᵀ with u = 2·(A·v − (vᵀ·A·v)·v). */
function reflect(a: readonly Float64Array[], v: Float64Array, start: number): void {
  const u = new Float64Array(v.length);
  for (let i = start; i < v.length; i++) u[i] = 2 * dot(a[i]!, v, start);
  addScaled(u, v, -dot(u, v, start), start);
  for (let i = start; i < v.length; i++) {
    addScaled(a[i]!, u, -v[i]!, start);
    addScaled(a[i]!, v, -u[i]!, start);
  }
}

/** Where the block that begins at `first` ends: at the first neighbour that is nothing beside its diagonal. */
function blockEnd(diagonal: Float64Array, beside: Float64Array, first: number): number {
  for (let i = first; i < diagonal.length - 1; i++) {
    const size = Math.abs(diagonal[i]!) + Math.abs(diagonal[i + 1]!);
    if (Math.abs(beside[i]!) <= Number.EPSILON * size) return i;
  }
  return diagonal.length - 1;
}

/** One implicit step with Wilkinson's shift, rotations running from the end of the block to its beginning. */
function sweep(
  diagonal: Float64Array,
  beside: Float64Array,
  rows: readonly Float64Array[],
  first: number,
  last: number,
): void {
  const half = (diagonal[first + 1]! - diagonal[first]!) / 2;
  const e = beside[first]!;
  const away = half + (half < 0 ? -1 : 1) * Math.hypot(half, e);
  const shift = diagonal[first]! - (e * e) / away;
  let [x, bulge] = [diagonal[last]! - shift, beside[last - 1]!];
  for (let i = last - 1; i >= first; i--) {
    const length = Math.hypot(x, bulge);
    const [c, s] = length === 0 ? [1, 0] : [x / length, bulge / length];
    if (i < last - 1) beside[i + 1] = length;
    const [low, high, off] = [diagonal[i]!, diagonal[i + 1]!, beside[i]!];
    diagonal[i + 1] = c * c * high + 2 * c * s * off + s * s * low;
    diagonal[i] = s * s * high - 2 * c * s * off + c * c * low;
    beside[i] = c * s * (low - high) + (c * c - s * s) * off;
    if (i > first) [x, bulge] = [beside[i]!, s * beside[i - 1]!];
    if (i > first) beside[i - 1] = c * beside[i - 1]!;
    rotate(rows[i + 1]!, rows[i]!, c, s);
  }
}

function rotate(a: Float64Array, b: Float64Array, c: number, s: number): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    a[i] = c * x + s * y;
    b[i] = c * y - s * x;
  }
}
