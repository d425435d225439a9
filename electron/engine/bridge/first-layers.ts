/**
 * Layers that are fixed before a flow learns: whitening of w by its principal components, and the embedding centred and
 * scaled by the spread that it has over the generator's own pictures, which a CLIP puts into a narrow cone.
 */
import { throwIfCancelled } from '../../contract/errors.ts';
import { symmetricEigen } from '../latent/symmetric-eigen.ts';
import type { Standardisation, Whitening } from './flow-shape.ts';
import { breathe, rowsOf } from './matrices.ts';
import type { PairSource } from './pair-source.ts';

/** Rows that are read at a time, and rows that moments are taken of at most. */
const ROWS = 256;
const MOST_ROWS = 20_000;
/** Of the largest standard deviation: components of w that vary less are left to noise. */
const NOISE_FLOOR = 1e-2;
/** Of the largest standard deviation: no component is blown up as if it varied less than this. */
const LEAST_DEVIATION = 1e-3;
/** Of the mean deviation: numbers of embeddings that hardly vary are not divided by almost nothing. */
const LEAST_SPREAD = 1e-2;

export interface FittedLayers {
  readonly whitening: Whitening;
  readonly standardisation: Standardisation;
  /** How many components of w lie above the noise floor: an even number where w has as many, and at least two. */
  readonly coupled: number;
}

/** Whitening of w, and standardisation of e, by the first of the rows `indexes`. */
export async function fitFirstLayers(
  pairs: PairSource,
  indexes: readonly number[],
  signal?: AbortSignal,
): Promise<FittedLayers> {
  const [w, e] = [new Moments(pairs.widthW), new Spread(pairs.widthE)];
  const chosen = indexes.slice(0, MOST_ROWS);
  for (let start = 0; start < chosen.length; start += ROWS) {
    throwIfCancelled(signal);
    const rows = await pairs.read(chosen.slice(start, start + ROWS));
    w.add(rows.w);
    e.add(rows.e);
    await breathe();
  }
  return { ...(await whiten(w)), standardisation: e.standardisation() };
}

/** By principal components (Kessy, Lewin & Strimmer, "Optimal whitening and decorrelation", 2018, §3.2). */
async function whiten(moments: Moments): Promise<Omit<FittedLayers, 'standardisation'>> {
  const { mean, covariance, count } = moments.finish();
  const { values, vectors } = await symmetricEigen(covariance);
  const variances = values.toReversed();
  const components = new Float64Array(mean.length ** 2);
  vectors.toReversed().forEach((vector, i) => components.set(vector, i * mean.length));
  const deviations = shrunk(variances, count).map((value) => Math.sqrt(Math.max(0, value)));
  const least = LEAST_DEVIATION * (deviations[0] ?? 0) || 1;
  const whitening = { mean, components, deviations: deviations.map((d) => Math.max(d, least)) };
  return { whitening, coupled: coupledOf(variances) };
}

function coupledOf(variances: Float64Array): number {
  const floor = NOISE_FLOOR ** 2 * (variances[0] ?? 0);
  const above = variances.filter((variance) => variance > floor).length;
  return Math.min(variances.length, 2 * Math.ceil(Math.max(above, 2) / 2));
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

/**
 * Mean and covariance of rows, of which it has the lower triangle. The first row is subtracted meanwhile, for its
 * precision.
 */
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
      const x = origin.map((value, i) => (rows[start + i] ?? 0) - value);
      this.#count += 1;
      for (let i = 0; i < width; i++) {
        const [factor, row] = [x[i] ?? 0, products[i] ?? x];
        this.#sum[i] = (this.#sum[i] ?? 0) + factor;
        for (let j = 0; j <= i; j++) row[j] = (row[j] ?? 0) + factor * (x[j] ?? 0);
      }
    }
  }

  finish(): { mean: Float64Array; covariance: Float64Array[]; count: number } {
    const mean = this.#sum.map((sum) => sum / this.#count);
    const covariance = rowsOf(this.#products, mean.length);
    for (const [i, row] of covariance.entries()) {
      const own = mean[i] ?? 0;
      row.forEach((sum, j) => (row[j] = sum / this.#count - own * (mean[j] ?? 0)));
    }
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
        const value = rows[start + i] ?? 0;
        const away = value - (this.#mean[i] ?? 0);
        const mean = (this.#mean[i] ?? 0) + away / this.#count;
        this.#mean[i] = mean;
        this.#squares[i] = (this.#squares[i] ?? 0) + away * (value - mean);
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
