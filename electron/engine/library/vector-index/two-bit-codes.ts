/**
 * Embeddings in two bits a number: 128 bytes for 512 numbers. Which of the nearest by these is nearest is then asked of
 * the numbers themselves. What is searched for keeps its numbers (asymmetric distance; Jégou et al. 2011, "Product
 * quantization", §III-B).
 */
import { BYTES_AT_ONCE, LANES, MOST_PER_HALF } from './lookup-scan.ts';

/** Numbers in a byte, and in half of one. */
const PER_BYTE = 4;
const PER_HALF = 2;
const CODES_PER_HALF = 16;

/** The largest sum that is told apart from none. */
const MOST_IN_SUM = 0xfffe;

/** The best four levels of a normal distribution, and what parts them, in deviations (Max 1960, table I, N = 4). */
const INNER = 0.4528;
const OUTER = 1.51;
const BETWEEN = 0.9816;

/** How the numbers of a space's unit vectors are spread: embeddings of pictures lie in a narrow cone. */
export interface Spread {
  /** [width] */
  readonly mean: Float32Array<ArrayBuffer>;
  /** [width] the standard deviations. */
  readonly deviation: Float32Array<ArrayBuffer>;
  /** How many there were when it was measured. */
  readonly of: number;
}

/** As long as nothing is known. */
export function evenSpread(width: number): Spread {
  const deviation = new Float32Array(width).fill(1 / Math.sqrt(width));
  return { mean: new Float32Array(width), deviation, of: 0 };
}

/** @param of how many there are, of which `vectors` are some */
export function spreadOf(vectors: readonly Float32Array[], width: number, of: number): Spread {
  const [mean, deviation] = [new Float32Array(width), new Float32Array(width)];
  for (let index = 0; index < width; index += 1) {
    let [sum, squares] = [0, 0];
    for (const vector of vectors) {
      const value = vector[index] as number;
      sum += value;
      squares += value * value;
    }
    const middle = sum / vectors.length;
    mean[index] = middle;
    deviation[index] = Math.sqrt(Math.max(0, squares / vectors.length - middle * middle));
  }
  return { mean, deviation, of };
}

/** How long a code is. */
export function bytesFor(width: number): number {
  return Math.ceil(width / PER_BYTE / BYTES_AT_ONCE) * BYTES_AT_ONCE;
}

/**
 * Writes the code of a vector of any length.
 *
 * @param codes of whole blocks of {@link LANES}
 */
export function writeCode(
  vector: Float32Array,
  { mean, deviation }: Spread,
  codes: Uint8Array,
  slot: number,
): void {
  const bytes = bytesFor(vector.length);
  const factor = 1 / lengthOf(vector);
  let at = Math.floor(slot / LANES) * LANES * bytes + (slot % LANES);
  for (let byte = 0; byte < bytes; byte += 1, at += LANES) {
    let code = 0;
    const end = Math.min(PER_BYTE, vector.length - byte * PER_BYTE);
    for (let nth = 0; nth < end; nth += 1) {
      const index = byte * PER_BYTE + nth;
      const value = (vector[index] as number) * factor - (mean[index] as number);
      const isFar = Math.abs(value) > BETWEEN * (deviation[index] as number);
      code |= ((value > 0 ? 1 : 0) | (isFar ? 2 : 0)) << (2 * nth);
    }
    codes[at] = code;
  }
}

/**
 * What each half of a byte adds to the distance from a vector: the less, the larger the inner product. In steps that
 * are the same for all.
 *
 * q·x and q·(x − mean) rank alike.
 */
export function tablesFor(vector: Float32Array, { deviation }: Spread): Uint8Array {
  const halves = 2 * bytesFor(vector.length);
  const products = productsOf(vector, deviation, halves);
  const best = new Float64Array(halves).fill(-Infinity);
  const worst = new Float64Array(halves).fill(Infinity);
  for (let at = 0; at < products.length; at += 1) {
    const half = Math.floor(at / CODES_PER_HALF);
    best[half] = Math.max(best[half] as number, products[at] as number);
    worst[half] = Math.min(worst[half] as number, products[at] as number);
  }
  const widest = best.reduce((most, value, half) => Math.max(most, value - (worst[half] ?? 0)), 0);
  const most = Math.min(MOST_PER_HALF, Math.floor(MOST_IN_SUM / halves));
  const step = (widest || 1) / most;
  const tables = new Uint8Array(products.length);
  for (let at = 0; at < products.length; at += 1) {
    const difference = (best[Math.floor(at / CODES_PER_HALF)] as number) - (products[at] as number);
    tables[at] = Math.round(difference / step);
  }
  return tables;
}

/** [halves, 16] the inner products of two numbers of a vector with what each half of a byte may stand for. */
function productsOf(
  vector: Float32Array,
  deviation: Float32Array,
  halves: number,
): Float64Array<ArrayBuffer> {
  const products = new Float64Array(halves * CODES_PER_HALF);
  for (let index = 0; index < vector.length; index += 1) {
    const weight = (vector[index] as number) * (deviation[index] ?? 0);
    const first = Math.floor(index / PER_HALF) * CODES_PER_HALF;
    const shift = 2 * (index % PER_HALF);
    for (let code = 0; code < CODES_PER_HALF; code += 1) {
      products[first + code] =
        (products[first + code] as number) + weight * levelOf((code >>> shift) & 3);
    }
  }
  return products;
}

function levelOf(code: number): number {
  const size = code & 2 ? OUTER : INNER;
  return code & 1 ? size : -size;
}

function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < vector.length; index += 1) sum += (vector[index] as number) ** 2;
  return Math.sqrt(sum);
}
