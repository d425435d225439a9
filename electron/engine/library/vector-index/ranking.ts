import type { Segment } from './segment.ts';

/** How far the code of each slot is from what is looked for. */
export type Distances = readonly (readonly [Segment, Uint16Array<ArrayBuffer>])[];

/** What a slot without an embedding, or with one that is not looked for, lies away. */
const FAR = 0xffff;
/** By how many times more slots are asked where too few of the first counted. */
const MORE_EACH_TIME = 8;

/**
 * Slots by their distances, those at the same one in the order of their numbers. Whether a slot counts is asked only
 * as far as ranks are: of a million that nearly all count, of some thousands.
 */
export class Ranking {
  readonly #distances: Distances;
  readonly #isWanted: ((seq: number) => boolean) | null;
  /** For each distance how many slots are so far, whether they count or not. */
  readonly #all: Uint32Array;
  /** The same of those that count, up to `#asked`. */
  readonly #wanted: Uint32Array;
  /** Up to this distance slots were asked, and those that do not count are `FAR`. */
  #asked = -1;
  #found = 0;

  constructor(distances: Distances, isWanted: ((seq: number) => boolean) | null) {
    this.#distances = distances;
    this.#isWanted = isWanted;
    this.#all = new Uint32Array(FAR);
    this.#wanted = new Uint32Array(FAR);
    for (const [, slots] of distances) {
      for (let slot = 0; slot < slots.length; slot += 1) {
        const distance = slots[slot] as number;
        this.#all[distance] = (this.#all[distance] as number) + 1;
      }
    }
  }

  /** What stands at ranks `from` to `until`. */
  stretch(from: number, until: number): [Segment, number][] {
    // Each time many more, for each time goes through all.
    for (let more = 2 * (until - this.#found); this.#found < until; more *= MORE_EACH_TIME) {
      if (this.#asked >= FAR - 1) break;
      this.#askUpTo(this.#distanceFor(more));
    }
    const ranks = this.#firstRanks();
    const found: [Segment, number][] = [];
    for (const [segment, slots] of this.#distances) {
      for (let slot = 0; slot < slots.length; slot += 1) {
        const distance = slots[slot] as number;
        if (distance > this.#asked) continue;
        const rank = ranks[distance] as number;
        ranks[distance] = rank + 1;
        if (rank >= from && rank < until) found.push([segment, slot]);
      }
    }
    return found;
  }

  /** The least distance up to which there are so many more, whether they count or not. */
  #distanceFor(more: number): number {
    let distance = this.#asked + 1;
    for (let sum = this.#all[distance] ?? 0; sum < more; sum += this.#all[distance] ?? 0) {
      if (distance >= FAR - 1) break;
      distance += 1;
    }
    return distance;
  }

  #askUpTo(farthest: number): void {
    for (const [segment, slots] of this.#distances) {
      for (let slot = 0; slot < slots.length; slot += 1) {
        const distance = slots[slot] as number;
        if (distance > farthest || distance <= this.#asked) continue;
        const seq = segment.seq(slot);
        const counts = !Number.isNaN(seq) && (this.#isWanted === null || this.#isWanted(seq));
        if (!counts) slots[slot] = FAR;
        else {
          this.#wanted[distance] = (this.#wanted[distance] as number) + 1;
          this.#found += 1;
        }
      }
    }
    this.#asked = farthest;
  }

  /** For each distance the rank of the first slot that is so far: how many are nearer (counting sort). */
  #firstRanks(): Uint32Array {
    let nearer = 0;
    return this.#wanted.map((count) => (nearer += count) - count);
  }
}
