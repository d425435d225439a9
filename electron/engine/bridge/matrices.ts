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

/** No row of a matrix. */
const NONE = new Float64Array();

function rowAt(rows: readonly Float64Array[], i: number): Float64Array {
  return rows[i] ?? NONE;
}

/** a += factor · b, from index `start` up to `end`. */
function addScaled(a: Float64Array, b: Float64Array, factor: number, start = 0, end = a.length) {
  for (let i = start; i < end; i++) a[i] = (a[i] ?? 0) + factor * (b[i] ?? 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Rows that are added at a time, so that what they are added to is gone through less often. */
const BLOCK = 4;

/** a·b. Of rows of b that begin or end with zeros, as triangular matrices have them, only the rest is gone through. */
export async function product(a: Float64Array, b: Float64Array, n: number): Promise<Float64Array> {
  const result = new Float64Array(n * n);
  const [left, right] = [rowsOf(a, n), rowsOf(b, n)];
  const spans = spansOf(right);
  for (const [i, row] of rowsOf(result, n).entries()) {
    if (i % BREATH === 0) await breathe();
    const factors = rowAt(left, i);
    for (const span of spans) addRows(row, factors, right, span);
  }
  return result;
}

/** `BLOCK` rows from `first` on, or as many as there are, and what part of them is not zero. */
interface Span {
  readonly first: number;
  readonly start: number;
  readonly end: number;
}

function spansOf(rows: readonly Float64Array[]): Span[] {
  const isSome = (value: number) => value !== 0;
  return Array.from({ length: Math.ceil(rows.length / BLOCK) }, (_, i) => {
    const block = rows.slice(i * BLOCK, (i + 1) * BLOCK).filter((row) => row.some(isSome));
    const start = Math.min(...block.map((row) => row.findIndex(isSome)));
    const end = Math.max(0, ...block.map((row) => row.findLastIndex(isSome) + 1));
    return { first: i * BLOCK, start, end };
  });
}

/** row += Σ factors[j] · rows[j] over the rows of a span. */
function addRows(
  row: Float64Array,
  factors: Float64Array,
  rows: readonly Float64Array[],
  { first, start, end }: Span,
): void {
  const factorAt = (i: number) => factors[first + i] ?? 0;
  const [f, g, h, k] = [factorAt(0), factorAt(1), factorAt(2), factorAt(3)];
  if (f === 0 && g === 0 && h === 0 && k === 0) return;
  const partAt = (i: number) => rows[first + i] ?? row;
  const [a, b, c, d] = [partAt(0), partAt(1), partAt(2), partAt(3)];
  for (let i = start; i < end; i++) {
    const sum = f * (a[i] ?? 0) + g * (b[i] ?? 0) + h * (c[i] ?? 0) + k * (d[i] ?? 0);
    row[i] = (row[i] ?? 0) + sum;
  }
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
      if (sizeAt(rows, i, pivot) > sizeAt(rows, best, pivot)) best = i;
    }
    [rows[pivot], rows[best]] = [rowAt(rows, best), rowAt(rows, pivot)];
    [order[pivot], order[best]] = [order[best] ?? 0, order[pivot] ?? 0];
    const top = rowAt(rows, pivot);
    for (let i = pivot + 1; i < n; i++) {
      const row = rowAt(rows, i);
      const factor = (row[pivot] ?? 0) / (top[pivot] ?? 0);
      addScaled(row, top, -factor, pivot);
      row[pivot] = factor;
    }
  }
  return { rows: order, packed: packedRows(rows, n) };
}

function sizeAt(rows: readonly Float64Array[], i: number, j: number): number {
  return Math.abs(rowAt(rows, i)[j] ?? 0);
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
    const row = rowAt(result, i);
    const factors = rowAt(rows, i).map((value, j) => (j > i ? -value : 0));
    for (let first = i - (i % BLOCK); first < n; first += BLOCK) {
      addRows(row, factors, result, { first, start: first, end: n });
    }
    const pivot = rowAt(rows, i)[i] ?? 0;
    for (let j = i; j < n; j++) row[j] = (row[j] ?? 0) / pivot;
  }
  return inverse;
}

/** The inverse of a lower triangular matrix with ones on its diagonal. */
export async function invertUnitLower(lower: Float64Array, n: number): Promise<Float64Array> {
  const inverse = identity(n);
  const [rows, result] = [rowsOf(lower, n), rowsOf(inverse, n)];
  for (let i = 1; i < n; i++) {
    if (i % BREATH === 0) await breathe();
    const row = rowAt(result, i);
    const factors = rowAt(rows, i).map((value, j) => (j < i ? -value : 0));
    for (let first = 0; first < i; first += BLOCK) {
      addRows(row, factors, result, { first, start: 0, end: Math.min(n, first + BLOCK) });
    }
  }
  return inverse;
}

/**
 * A rotation or reflection by chance, uniformly among all of them: the product of n − 1 reflections along normal
 * vectors of 2 to n numbers (Stewart, "The efficient generation of random orthogonal matrices", 1980, §3).
 *
 * @param normal numbers [n, n] of a normal distribution
 */
export async function randomOrthogonal(normal: Float64Array, n: number): Promise<Float64Array> {
  const result = identity(n);
  const [rows, along] = [rowsOf(result, n), rowsOf(normal, n)];
  for (let size = 2; size <= n; size++) {
    if (size % BREATH === 0) await breathe();
    const v = rowAt(along, size - 1).slice(0, size);
    const last = size - 1;
    v[last] = (v[last] ?? 0) + Math.sign(v[last] ?? 0) * Math.sqrt(dot(v, v));
    const scale = 2 / dot(v, v);
    for (const row of rows.slice(0, size)) {
      addScaled(row, v, -scale * dot(v, row), 0, size);
    }
  }
  return result;
}
