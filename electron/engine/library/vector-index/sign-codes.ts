/**
 * Embeddings as their signs, one bit a number: 64 bytes for 512 numbers. How many bits two of them differ in
 * tells roughly how alike they are (Charikar 2002, "Similarity estimation techniques from rounding
 * algorithms", §3); which of the nearest is nearest is then asked of finer numbers.
 */
import { BLOCK_BYTES } from './hamming.ts';

/** How many words a code has: whole blocks, of which what is over is zeros. */
export function wordsFor(width: number): number {
  return Math.ceil(width / (8 * BLOCK_BYTES)) * (BLOCK_BYTES / Int32Array.BYTES_PER_ELEMENT);
}

/**
 * Writes the signs of `vector` less `centre` to `codes` from word `at` on. Embeddings of pictures lie in a narrow
 * cone; less their mean their signs tell the most.
 *
 * @param centre null for zeros: what is searched for keeps its own, for q·x and q·(x − c) rank alike
 */
export function writeCode(
  vector: Float32Array,
  centre: Float32Array | null,
  codes: Int32Array,
  at: number,
): void {
  codes.fill(0, at, at + wordsFor(vector.length));
  for (let index = 0; index < vector.length; index += 1) {
    if ((vector[index] as number) <= (centre === null ? 0 : (centre[index] as number))) continue;
    const word = at + (index >>> 5);
    codes[word] = (codes[word] ?? 0) | (1 << (index & 31));
  }
}

/**
 * Half-way between codes and numbers: the inner product of an embedding's own numbers with the signs of others,
 * looked up byte by byte (asymmetric distance; Jégou et al. 2011, "Product quantization", §III-B).
 */
export class SignScorer {
  readonly #bytes: number;
  /** [bytes × 256]: what each value of a byte adds. */
  readonly #table: Float32Array;

  constructor(vector: Float32Array) {
    this.#bytes = wordsFor(vector.length) * 4;
    this.#table = new Float32Array(this.#bytes * 256);
    for (let byte = 0; byte < this.#bytes; byte += 1) {
      for (let value = 0; value < 256; value += 1) {
        let sum = 0;
        for (let bit = 0; bit < 8; bit += 1) {
          const number = vector[byte * 8 + bit] ?? 0;
          sum += (value >>> bit) & 1 ? number : -number;
        }
        this.#table[byte * 256 + value] = sum;
      }
    }
  }

  /** @param codes the bytes of the codes */
  score(codes: Uint8Array, slot: number): number {
    let sum = 0;
    for (let byte = 0, at = slot * this.#bytes; byte < this.#bytes; byte += 1, at += 1) {
      sum += this.#table[byte * 256 + (codes[at] as number)] as number;
    }
    return sum;
  }
}
