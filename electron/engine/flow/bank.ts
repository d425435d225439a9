import { addScaled, dot, norm, normalise, scale } from '../latent/vectors.ts';

/**
 * What neighbours are chosen from: this part of the bank, or so many times as many as are chosen. The further
 * down, the less pictures show of what was said: of several ideas, 83 % among the best eight of 10,000, 70 % among
 * the best hundred.
 */
const POOL = 0.005;
const POOL_TIMES = 2;

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
 * all is compared after it was centred and divided by the pictures' deviation, number by number.
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
  /** 1 / deviation of each number; 0 for one that is always the same. */
  readonly #precision: Float32Array;
  /** 1 / length of each standardised row. */
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
    const [mean, squares] = this.#moments();
    this.#mean = mean;
    this.#precision = squares.map((square, i) => {
      const variance = square - (mean[i] ?? 0) ** 2;
      return variance > 0 ? 1 / Math.sqrt(variance) : 0;
    });
    const standardised = new Float32Array(this.width);
    this.#inverseLengths = this.#eachRow((_, i) => {
      const length = norm(this.#standardise(i, standardised));
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
    const centre = kind === 'text' ? this.#textMean : this.#mean;
    const centred = addScaled(embedding, centre, -1);
    const direction = normalise(centred.map((value, i) => value * (this.#precision[i] ?? 0)));
    const weights = direction.map((value, i) => value * (this.#precision[i] ?? 0));
    const offset = dot(weights, this.#mean);
    return this.#eachRow((row, i) => {
      const along = dotInt8(row, weights) * (this.#scales[i] ?? 0) - offset;
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

  /** The means of the embeddings' numbers and of their squares, each [width]. */
  #moments(): [mean: Float32Array, squares: Float32Array] {
    const [sum, squares] = [new Float64Array(this.width), new Float64Array(this.width)];
    for (let index = 0; index < this.count; index++) {
      const row = this.#row(index);
      const factor = this.#scales[index] ?? 0;
      for (let i = 0; i < row.length; i++) {
        const value = (row[i] as number) * factor;
        sum[i] = (sum[i] as number) + value;
        squares[i] = (squares[i] as number) + value * value;
      }
    }
    const mean = (total: Float64Array) => Float32Array.from(total, (value) => value / this.count);
    return [mean(sum), mean(squares)];
  }

  /** Writes a row, centred and divided by the deviation, over `into`. */
  #standardise(index: number, into: Float32Array): Float32Array {
    const row = this.#row(index);
    const factor = this.#scales[index] ?? 0;
    for (let i = 0; i < row.length; i++) {
      const centred = (row[i] as number) * factor - (this.#mean[i] as number);
      into[i] = centred * (this.#precision[i] as number);
    }
    return into;
  }

  #unitRow(index: number): Float32Array {
    const row = this.#standardise(index, new Float32Array(this.width));
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
