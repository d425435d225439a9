/** A small seeded generator, so that a data set is the same wherever and whenever it is drawn. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal. */
  normal(): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** An index drawn in proportion to `weights` (not all zero). */
  weighted(weights: readonly number[]): number;
}

/** Rounds after which every bit of the seed has reached every bit of the state. */
const WARM_UP = 20;

/**
 * sfc32 (Doty-Humphrey's "Small Fast Chaotic" generator, of PractRand). Its 128 bits of state take seed and
 * place whole: a generator that counts up from their sum gives the portraits of one data set again in another.
 *
 * @param place which of the seed's streams; none has anything in common with another
 */
export function seededRandom(seed: number, place = 0): Random {
  let [a, b, c, counter] = [seed | 0, place | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < WARM_UP; round += 1) next();
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new RangeError('Cannot pick from an empty list.');
    return item;
  };
  return {
    next,
    pick,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (p) => next() < p,
    weighted(weights) {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      for (const [index, weight] of weights.entries()) {
        left -= weight;
        if (left < 0) return index;
      }
      return weights.findLastIndex((weight) => weight > 0);
    },
  };
}
