import type { Segment } from './segment.ts';

/** How far the code of each slot is from what is looked for. */
export type Distances = readonly (readonly [Segment, Uint16Array])[];

/** What nothing lies away. */
const FAR = 0xffff;

/** By how many times more slots are asked where too few of the first counted. */
const MORE_EACH_TIME = 8;

/**
 * How far there are many is told by one slot of so many: of a prime number, since portraits that are alike come in runs
 * of eight or sixteen, and each of them shall be met.
 */
const SLOTS_PER_COUNTED = 7;

/**
 * Slots by their distances, those at the same one in the order of their numbers. Whether a slot counts is asked only
 * as far as ranks are: of a million that nearly all count, of some thousands.
 */
export class Ranking {
  readonly #distances: Distances;
  readonly #isWanted: ((seq: number) => boolean) | null;
  /** For each distance how many of some slots are so far, whether they count or not. */
  readonly #some: Uint32Array;
  /** Up to this distance slots were asked. */
  #asked = -1;
  /** Those that count, in the order of their numbers where they are equally far: which segment, which slot, how far. */
  readonly #segments: number[] = [];
  readonly #slots: number[] = [];
  readonly #farness: number[] = [];

  constructor(distances: Distances, isWanted: ((seq: number) => boolean) | null) {
    this.#distances = distances;
    this.#isWanted = isWanted;
    this.#some = new Uint32Array(FAR);
    for (const [, slots] of distances) countSome(slots, this.#some);
  }

  /** What stands at ranks `from` to `until`. */
  stretch(from: number, until: number): [Segment, number][] {
    // Each time many more, for each time goes through all.
    for (let more = 2 * (until - this.#slots.length); this.#slots.length < until;) {
      if (this.#asked >= FAR - 1) break;
      this.#askUpTo(this.#distanceFor(more));
      more *= MORE_EACH_TIME;
    }
    const ranks = firstRanks(this.#farness, this.#asked);
    const found: [Segment, number][] = [];
    // By index: entries would be an array for each of thousands.
    for (let nth = 0; nth < this.#farness.length; nth += 1) {
      const distance = this.#farness[nth] as number;
      const rank = ranks[distance] as number;
      ranks[distance] = rank + 1;
      if (rank < from || rank >= until) continue;
      const [segment] = this.#distances[this.#segments[nth] ?? 0] ?? [];
      if (segment) found.push([segment, this.#slots[nth] ?? 0]);
    }
    return found;
  }

  /** The distance up to which there are about so many more, whether they count or not. */
  #distanceFor(more: number): number {
    let distance = this.#asked + 1;
    let left = more / SLOTS_PER_COUNTED - (this.#some[distance] ?? 0);
    while (left > 0 && distance < FAR - 1) {
      distance += 1;
      left -= this.#some[distance] ?? 0;
    }
    return distance;
  }

  #askUpTo(farthest: number): void {
    for (const [nth, [segment, distances]] of this.#distances.entries()) {
      for (const slot of slotsBetween(distances, this.#asked, farthest)) {
        const seq = segment.seq(slot);
        if (Number.isNaN(seq) || this.#isWanted?.(seq) === false) continue;
        this.#segments.push(nth);
        this.#slots.push(slot);
        this.#farness.push(distances[slot] as number);
      }
    }
    this.#asked = farthest;
  }
}

// What goes through a million stands in functions of its own, which the compiler makes short.

function countSome(distances: Uint16Array, counts: Uint32Array): void {
  for (let slot = 0; slot < distances.length; slot += SLOTS_PER_COUNTED) {
    const distance = distances[slot] as number;
    counts[distance] = (counts[distance] as number) + 1;
  }
}

/** Those farther than one distance, and at most as far as another. */
function slotsBetween(distances: Uint16Array, beyond: number, farthest: number): number[] {
  const found: number[] = [];
  for (let slot = 0; slot < distances.length; slot += 1) {
    const distance = distances[slot] as number;
    if (distance <= farthest && distance > beyond) found.push(slot);
  }
  return found;
}

/** For each distance the rank of the first that is so far: how many are nearer (counting sort). */
function firstRanks(all: readonly number[], farthest: number): Uint32Array {
  const ranks = new Uint32Array(farthest + 2);
  for (const distance of all) ranks[distance + 1] = (ranks[distance + 1] as number) + 1;
  for (let distance = 1; distance < ranks.length; distance += 1) {
    ranks[distance] = (ranks[distance] as number) + (ranks[distance - 1] as number);
  }
  return ranks;
}
