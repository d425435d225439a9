/** What chance decides in learning, always the same for one seed, so that a run that was broken off goes on as it was. */
import { gaussian, uniformIntegers } from '../latent/gaussian.ts';

const TWO_POW_32 = 2 ** 32;

/** Noise on standardised embeddings: none for a share of the rows, else log-uniform within the range. */
const CLEAN_SHARE = 1 / 3;
const LEVELS = { least: 0.1, most: 4 };

/** 0 … count − 1 in an order by chance (Fisher & Yates; Durstenfeld 1964). */
export function shuffled(count: number, seed: number): number[] {
  const next = uniformIntegers(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = next() % (i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

/** Deviations s [rows] of noise, and the noise [rows, width] of deviation 1. */
export function noiseOf(
  rows: number,
  width: number,
  seed: number,
): { s: Float32Array; noise: Float32Array } {
  const next = uniformIntegers(seed);
  const s = Float32Array.from({ length: rows }, () => {
    const [isClean, place] = [next() / TWO_POW_32 < CLEAN_SHARE, next() / TWO_POW_32];
    return isClean ? 0 : LEVELS.least * (LEVELS.most / LEVELS.least) ** place;
  });
  return { s, noise: gaussian(seed + 1, rows * width) };
}

/** Which pairs each step learns from: all but those held out, in an order that is new in each epoch. */
export class Batches {
  readonly heldOut: readonly number[];
  readonly #learnt: readonly number[];
  readonly #size: number;
  readonly #seed: number;
  #epoch = -1;
  #order: readonly number[] = [];

  constructor(count: number, heldOut: number, size: number, seed: number) {
    const order = shuffled(count, seed);
    this.heldOut = order.slice(0, heldOut);
    this.#learnt = order.slice(heldOut);
    this.#size = size;
    this.#seed = seed;
  }

  /** Those that the first layers and the first batch are taken from. */
  get learnt(): readonly number[] {
    return this.#learnt;
  }

  /** @param step from 0 */
  of(step: number): number[] {
    const each = Math.floor(this.#learnt.length / this.#size);
    const epoch = Math.floor(step / each);
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#order = shuffled(this.#learnt.length, this.#seed + epoch + 1);
    }
    const start = (step % each) * this.#size;
    return this.#order.slice(start, start + this.#size).map((i) => this.#learnt[i] ?? 0);
  }
}
