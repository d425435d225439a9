import { addScaled, dot, norm, normalise, scale } from '../latent/vectors.ts';

/**
 * What neighbours are chosen from: this part of the bank, or so many times as many as are chosen. The further
 * down, the less pictures show of what was said: of several ideas, 87 % among the best eight of 20,000, 78 % among
 * the best hundred.
 */
const POOL = 0.005;
const POOL_TIMES = 2;

/** The covariance is of about as many pictures, evenly spread over the bank. */
const COVARIANCE_ROWS = 2_000;
/** What is added to each variance, in mean variances: the less, the more the rarest directions count. */
const SHRINKAGE = 10;
/** Steps towards the discriminant. With more of them pictures show no more of what was said. */
const SOLVER_STEPS = 2;

const LARGEST_INT8 = 127;

/** What pictures are to fit: texts and pictures lie apart, each around a mean of their own. */
export interface Asked {
  readonly kind: 'text' | 'picture';
  /** [width], unit. */
  readonly embedding: Float32Array;
}

/**
 * The embeddings of pictures that a generator drew at random. A text lies off the manifold of pictures, and a
 * flow that is faithful to its condition draws much the same of it every time; so portraits of a prompt are
 * each given a picture of the bank that fits. What one generator draws lies in a narrow cone of CLIP's space:
 * all is compared after it was centred.
 */
export class Bank {
  readonly width: number;
  readonly count: number;
  /** A row a picture: its embedding but for the length. */
  readonly #rows: Int8Array;
  /** What makes a row a unit vector. */
  readonly #scales: Float32Array;
  readonly #mean: Float32Array;
  readonly #textMean: Float32Array;
  /** 1 / length of each centred row. */
  readonly #inverseLengths: Float32Array;

  /**
   * @param rows embeddings as `packEmbeddings` packs them [count × width]
   * @param textMean the mean of texts' embeddings [width], which lie apart from those of pictures
   */
  constructor(rows: Int8Array, textMean: Float32Array) {
    this.width = textMean.length;
    this.count = rows.length / this.width;
    this.#rows = rows;
    this.#textMean = textMean;
    this.#scales = this.#eachRow((row) => 1 / norm(Float32Array.from(row)));
    this.#mean = this.#meanOfRows();
    const centred = new Float32Array(this.width);
    this.#inverseLengths = this.#eachRow((_, i) => {
      const length = norm(this.#centre(i, centred));
      return length > 0 ? 1 / length : 0;
    });
  }

  /** The embedding of a picture [width], unit. */
  embedding(index: number): Float32Array {
    return normalise(Float32Array.from(this.#row(index)));
  }

  /** A text's embedding [width] moved to where pictures lie, by the difference of the means; unit. */
  carriedOver(text: Float32Array): Float32Array {
    return normalise(addScaled(addScaled(text, this.#textMean, -1), this.#mean));
  }

  /** How well each picture fits a text or a picture: cosines [count]. */
  relevance({ kind, embedding }: Asked): Float32Array {
    const centred = addScaled(embedding, kind === 'text' ? this.#textMean : this.#mean, -1);
    const direction = normalise(kind === 'text' ? this.#discriminant(centred) : centred);
    const offset = dot(direction, this.#mean);
    return this.#eachRow((row, i) => {
      const along = dotInt8(row, direction) * (this.#scales[i] ?? 0) - offset;
      return along * (this.#inverseLengths[i] ?? 0);
    });
  }

  /**
   * Pictures that fit what was asked for and are unlike one another, the most relevant first, by maximal marginal
   * relevance (Carbonell & Goldstein, "The use of MMR, diversity-based reranking…", 1998): each next one has the
   * largest relevance − `spread` · (likeness to the likest of those before).
   */
  neighbours(asked: Asked, spread: number, count: number): number[] {
    const relevance = this.relevance(asked);
    const pool = poolOf(relevance, count);
    const rows = pool.map((index) => this.#unitRow(index));
    const values = Float32Array.from(pool, (index) => relevance[index] ?? 0);
    const likest = new Float32Array(pool.length).fill(-1);
    const chosen: number[] = [];
    const left = new Set(rows.keys());
    while (left.size > 0 && chosen.length < count) {
      const next = largest(left, (i) => (values[i] ?? 0) - spread * (likest[i] ?? 0));
      left.delete(next);
      chosen.push(pool[next] ?? 0);
      const taken = rows[next] ?? new Float32Array();
      for (const i of left) {
        likest[i] = Math.max(likest[i] ?? 0, dotFloat32(rows[i] ?? taken, taken));
      }
    }
    return chosen;
  }

  #row(index: number): Int8Array {
    return this.#rows.subarray(index * this.width, (index + 1) * this.width);
  }

  #eachRow(value: (row: Int8Array, index: number) => number): Float32Array {
    const values = new Float32Array(this.count);
    for (let i = 0; i < this.count; i++) values[i] = value(this.#row(i), i);
    return values;
  }

  #meanOfRows(): Float32Array {
    const sum = new Float64Array(this.width);
    for (let index = 0; index < this.count; index++) {
      const row = this.#row(index);
      const factor = (this.#scales[index] ?? 0) / this.count;
      for (let i = 0; i < row.length; i++) {
        sum[i] = (sum[i] as number) + (row[i] as number) * factor;
      }
    }
    return Float32Array.from(sum);
  }

  /**
   * What tells pictures that show `meaning` [width] from all others: (Σ + SHRINKAGE · σ² I)⁻¹ · meaning with the
   * bank's covariance Σ and mean variance σ². It is Fisher's linear discriminant, with one covariance for
   * whatever is asked (Hariharan, Malik & Ramanan, "Discriminative decorrelation for clustering and
   * classification", 2012, §2); solved by conjugate gradients (Hestenes & Stiefel 1952) from nothing.
   */
  #discriminant(meaning: Float32Array): Float32Array {
    // Rows are unit vectors, so their variances add up to 1 − |mean|².
    const floor = (SHRINKAGE * (1 - dot(this.#mean, this.#mean))) / this.width;
    let solution: Float32Array = new Float32Array(this.width);
    let residual = meaning;
    let direction = meaning;
    for (let step = 0; step < SOLVER_STEPS; step++) {
      const image = addScaled(this.#covarianceTimes(direction), direction, floor);
      const before = dot(residual, residual);
      const curvature = dot(direction, image);
      if (!(curvature > 0)) break;
      solution = addScaled(solution, direction, before / curvature);
      residual = addScaled(residual, image, -before / curvature);
      direction = addScaled(residual, direction, dot(residual, residual) / before);
    }
    return solution;
  }

  /** Σ · vector: the mean of (row − mean) · (what the row has along the vector). */
  #covarianceTimes(vector: Float32Array): Float32Array {
    const step = Math.max(1, Math.floor(this.count / COVARIANCE_ROWS));
    const rows = Math.ceil(this.count / step);
    const offset = dot(vector, this.#mean);
    const sum = new Float32Array(this.width);
    let total = 0;
    for (let index = 0; index < this.count; index += step) {
      const row = this.#row(index);
      const factor = this.#scales[index] ?? 0;
      const along = (dotInt8(row, vector) * factor - offset) / rows;
      addScaledInt8(sum, row, along * factor);
      total += along;
    }
    return addScaled(sum, this.#mean, -total);
  }

  /** Writes a row, centred, over `into`. */
  #centre(index: number, into: Float32Array): Float32Array {
    const row = this.#row(index);
    const factor = this.#scales[index] ?? 0;
    for (let i = 0; i < row.length; i++) {
      into[i] = (row[i] as number) * factor - (this.#mean[i] as number);
    }
    return into;
  }

  #unitRow(index: number): Float32Array {
    const row = this.#centre(index, new Float32Array(this.width));
    return scale(row, this.#inverseLengths[index] ?? 0);
  }
}

/** Embeddings as int8 [count × width], each in units of its largest number. The cosine to what it was is 0.9999. */
export function packEmbeddings(embeddings: readonly Float32Array[]): Int8Array {
  const width = embeddings[0]?.length ?? 0;
  const rows = new Int8Array(embeddings.length * width);
  for (const [i, embedding] of embeddings.entries()) {
    const most = embedding.reduce((sofar, value) => Math.max(sofar, Math.abs(value)), 0);
    const factor = most > 0 ? LARGEST_INT8 / most : 0;
    rows.set(
      embedding.map((value) => Math.round(value * factor)),
      i * width,
    );
  }
  return rows;
}

/** The pictures that fit best, by the order of the bank. */
function poolOf(relevance: Float32Array, count: number): number[] {
  const size = Math.max(POOL_TIMES * count, Math.ceil(POOL * relevance.length));
  const floor = relevance.toSorted().at(-size) ?? -Infinity;
  return Array.from(relevance.keys()).filter((index) => (relevance[index] ?? 0) >= floor);
}

/** The first of those with the largest value. */
function largest(indexes: Iterable<number>, value: (index: number) => number): number {
  let [found, most] = [-1, -Infinity];
  for (const index of indexes) {
    const own = value(index);
    if (own > most) [found, most] = [index, own];
  }
  return found;
}

/**
 * `dot` for a bank of ten million numbers: without a call for each, and with sums that do not wait for one
 * another. There are two, for V8 compiles a function for the kinds of array that it has met.
 */
function dotInt8(a: Int8Array, b: Float32Array): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    p += (a[i] as number) * (b[i] as number);
    q += (a[i + 1] as number) * (b[i + 1] as number);
    r += (a[i + 2] as number) * (b[i + 2] as number);
    s += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (; i < a.length; i++) p += (a[i] as number) * (b[i] as number);
  return p + q + r + s;
}

function dotFloat32(a: Float32Array, b: Float32Array): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    p += (a[i] as number) * (b[i] as number);
    q += (a[i + 1] as number) * (b[i + 1] as number);
    r += (a[i + 2] as number) * (b[i + 2] as number);
    s += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (; i < a.length; i++) p += (a[i] as number) * (b[i] as number);
  return p + q + r + s;
}

/** Adds factor · b to a. */
function addScaledInt8(a: Float32Array, b: Int8Array, factor: number): void {
  for (let i = 0; i < b.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number);
}
