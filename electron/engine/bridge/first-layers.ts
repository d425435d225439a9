/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index runs over a matrix of known size */
/**
 * Layers that are fixed before a flow learns: whitening of w by its principal components, and the embedding centred and
 * scaled by the spread that it has over the generator's own pictures, which a CLIP puts into a narrow cone.
 */
import { throwIfCancelled } from '../../contract/errors.ts';
import type { Standardisation, Whitening } from './flow-shape.ts';
import { breathe, eigenOf, rowsOf } from './matrices.ts';
import type { PairSource } from './pair-source.ts';

/** Rows that are read at a time, and rows that moments are taken of at most. */
const ROWS = 256;
const MOST_ROWS = 20_000;
/** Of the largest standard deviation: no direction of w is blown up as if it varied less than this. */
const NOISE_FLOOR = 1e-2;
/** Of the mean deviation: numbers of embeddings that hardly vary are not divided by almost nothing. */
const LEAST_SPREAD = 1e-2;

/** Whitening of w, and standardisation of e, by the first of the rows `indexes`. */
export async function fitFirstLayers(
  pairs: PairSource,
  indexes: readonly number[],
  signal?: AbortSignal,
): Promise<{ whitening: Whitening; standardisation: Standardisation }> {
  const [w, e] = [new Moments(pairs.widthW), new Spread(pairs.widthE)];
  const chosen = indexes.slice(0, MOST_ROWS);
  for (let start = 0; start < chosen.length; start += ROWS) {
    throwIfCancelled(signal);
    const rows = await pairs.read(chosen.slice(start, start + ROWS));
    w.add(rows.w);
    e.add(rows.e);
    await breathe();
  }
  return { whitening: await whiten(w), standardisation: e.standardisation() };
}

/**
 * x = Λ^(−½)·V·(w − mean), Λ the variances along the principal components V, none below the noise floor
 * (Kessy, Lewin & Strimmer, "Optimal whitening and decorrelation", 2018, §3.2).
 */
async function whiten(moments: Moments): Promise<Whitening> {
  const { mean, covariance, count } = moments.finish();
  const n = mean.length;
  const { values: seen, vectors } = await eigenOf(covariance, n);
  const values = shrunk(seen, count);
  const largest = Math.sqrt(Math.max(0, ...values)) || 1;
  rowsOf(vectors, n).forEach((row, i) => {
    const deviation = Math.max(Math.sqrt(Math.max(0, values[i]!)), NOISE_FLOOR * largest);
    row.forEach((value, j) => (row[j] = value / deviation));
  });
  return { mean, matrix: vectors };
}

/**
 * Variances as they may be, seen in few rows: fewer than there are directions show none at all in most of them. Each
 * comes nearer to their mean, by oracle approximating shrinkage (Chen, Wiesel, Eldar & Hero, "Shrinkage algorithms for
 * MMSE covariance estimation", 2010, eq. 23).
 */
function shrunk(variances: Float64Array, rows: number): Float64Array {
  const n = variances.length;
  const trace = variances.reduce((sum, value) => sum + value, 0);
  const squares = variances.reduce((sum, value) => sum + value * value, 0);
  const error = (1 - 2 / n) * squares + trace ** 2;
  const spread = (rows + 1 - 2 / n) * (squares - trace ** 2 / n);
  const share = spread > error ? error / spread : 1;
  return variances.map((value) => (1 - share) * value + (share * trace) / n);
}

/** Mean and covariance of rows. The first row is subtracted meanwhile, for its precision. */
class Moments {
  readonly #width: number;
  readonly #sum: Float64Array;
  readonly #products: Float64Array;
  #origin: Float64Array | undefined;
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#sum = new Float64Array(width);
    this.#products = new Float64Array(width * width);
  }

  add(rows: Float32Array): void {
    const width = this.#width;
    const origin = (this.#origin ??= Float64Array.from(rows.subarray(0, width)));
    const products = rowsOf(this.#products, width);
    for (let start = 0; start < rows.length; start += width) {
      const x = origin.map((value, i) => rows[start + i]! - value);
      this.#count += 1;
      for (let i = 0; i < width; i++) {
        this.#sum[i] = this.#sum[i]! + x[i]!;
        const row = products[i]!;
        for (let j = i; j < width; j++) row[j] = row[j]! + x[i]! * x[j]!;
      }
    }
  }

  finish(): { mean: Float64Array; covariance: Float64Array; count: number } {
    const mean = this.#sum.map((sum) => sum / this.#count);
    const covariance = this.#products.map((_, at) => {
      const [a, b] = [Math.floor(at / this.#width), at % this.#width];
      const sum = this.#products[Math.min(a, b) * this.#width + Math.max(a, b)]!;
      return sum / this.#count - mean[a]! * mean[b]!;
    });
    const centre = mean.map((value, i) => value + (this.#origin?.[i] ?? 0));
    return { mean: centre, covariance, count: this.#count };
  }
}

/** Mean and standard deviation of each number of rows (Welford 1962). */
class Spread {
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(width: number) {
    this.#mean = new Float64Array(width);
    this.#squares = new Float64Array(width);
  }

  add(rows: Float32Array): void {
    const width = this.#mean.length;
    for (let start = 0; start < rows.length; start += width) {
      this.#count += 1;
      for (let i = 0; i < width; i++) {
        const away = rows[start + i]! - this.#mean[i]!;
        this.#mean[i] = this.#mean[i]! + away / this.#count;
        this.#squares[i] = this.#squares[i]! + away * (rows[start + i]! - this.#mean[i]!);
      }
    }
  }

  standardisation(): Standardisation {
    const deviations = this.#squares.map((sum) => Math.sqrt(sum / this.#count));
    const usual = deviations.reduce((sum, value) => sum + value, 0) / deviations.length || 1;
    const scale = deviations.map((deviation) => 1 / Math.max(deviation, LEAST_SPREAD * usual));
    return { mean: this.#mean.slice(), scale };
  }
}
