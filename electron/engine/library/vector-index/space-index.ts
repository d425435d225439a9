import { Breather } from '../../jobs/breather.ts';
import { type Distances, Ranking } from './ranking.ts';
import { Segment, SEGMENT_SIZE } from './segment.ts';
import { SeqSet } from './seq-set.ts';
import { SignScorer, wordsFor, writeCode } from './sign-codes.ts';

/**
 * Nearest by their codes that are told apart by their scores, and of these the best that are told apart by their
 * numbers. Measured with `npm run bench:library`; see docs/library.md.
 */
const CANDIDATES = 16_384;
const RERANKED = 2_048;

/** Embeddings after which their mean is known well enough. Fewer are all candidates, whatever their codes. */
export const ENOUGH_FOR_CENTRE = 8_192;

/** What is looked for in an embedding space. */
export interface Search {
  /** Of any length but zero. */
  readonly vector: Float32Array;
  /** Which rows of `generations` count; null for all. */
  readonly isWanted: ((seq: number) => boolean) | null;
  /** How many of the best are passed over. */
  readonly offset: number;
  readonly limit: number;
  /** The cosines of embeddings, by their numbers. Those that are gone are left out. */
  readonly exact: (numbers: readonly number[]) => ReadonlyMap<number, number>;
}

export interface Neighbour {
  readonly seq: number;
  /** Cosine. */
  readonly similarity: number;
}

interface Candidate {
  readonly number: number;
  readonly seq: number;
}

/** The codes of all embeddings of one space. */
export class SpaceIndex {
  readonly width: number;
  readonly #segments = new Map<number, Segment>();
  readonly #changed = new Set<Segment>();
  #centre: Float32Array<ArrayBuffer> | null;

  /** @param centre the mean of its embeddings, once there were enough */
  constructor(width: number, centre: Float32Array<ArrayBuffer> | null = null) {
    this.width = width;
    this.#centre = centre;
  }

  get centre(): Float32Array<ArrayBuffer> | null {
    return this.#centre;
  }

  get segments(): Iterable<Segment> {
    return this.#segments.values();
  }

  get size(): number {
    return [...this.#segments.values()].reduce((sum, { size }) => sum + size, 0);
  }

  adopt(segment: Segment): void {
    this.#segments.set(segment.start, segment);
  }

  put(number: number, seq: number, vector: Float32Array): void {
    const start = Math.floor(number / SEGMENT_SIZE) * SEGMENT_SIZE;
    const segment = this.#segments.get(start) ?? new Segment(start, this.width);
    this.#segments.set(start, segment);
    segment.put(number, seq, vector, this.#centre ?? new Float32Array(this.width));
    this.#changed.add(segment);
  }

  remove(number: number): void {
    const segment = this.#segments.get(Math.floor(number / SEGMENT_SIZE) * SEGMENT_SIZE);
    if (segment?.remove(number)) this.#changed.add(segment);
  }

  /** Forgets its codes, which are to be written anew around another centre. */
  recentre(centre: Float32Array<ArrayBuffer>): void {
    this.#centre = centre;
    this.#segments.clear();
    this.#changed.clear();
  }

  /** Those that have changed since this was last asked. */
  takeChanged(): Segment[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  async among(isWanted: (seq: number) => boolean): Promise<SeqSet> {
    const breather = new Breather();
    const found = new SeqSet();
    for (const segment of [...this.#segments.values()]) {
      for (let slot = 0; slot < segment.slots; slot += 1) {
        const seq = segment.seq(slot);
        if (!Number.isNaN(seq) && isWanted(seq)) found.add(seq);
      }
      await breather.pause();
    }
    return found;
  }

  /**
   * The nearest to a vector, best first, of as many as there are: none is cut off. Ranks are by code, within each
   * `CANDIDATES` by score, and within each `RERANKED` of these by the numbers themselves, so that a page is the
   * same whatever was asked before.
   */
  async nearest(search: Search): Promise<Neighbour[]> {
    const breather = new Breather();
    const ranking = new Ranking(await this.#distances(search, breather), search.isWanted);
    const scorer = new SignScorer(search.vector);
    const found: Neighbour[] = [];
    let rank = search.offset;
    while (found.length < search.limit) {
      const block = Math.floor(rank / CANDIDATES) * CANDIDATES;
      await breather.pause();
      const candidates = scored(ranking.stretch(block, block + CANDIDATES), scorer);
      const from = Math.floor((rank - block) / RERANKED) * RERANKED;
      const group = candidates.slice(from, from + RERANKED);
      await breather.pause();
      const best = reranked(group, search.exact);
      const skipped = rank - block - from;
      found.push(...best.slice(skipped, skipped + search.limit - found.length));
      if (group.length < RERANKED) break;
      rank = block + from + RERANKED;
    }
    return found;
  }

  async #distances({ vector }: Search, breather: Breather): Promise<Distances> {
    const code = new Int32Array(wordsFor(this.width));
    writeCode(vector, null, code, 0);
    const distances: [Segment, Uint16Array<ArrayBuffer>][] = [];
    for (const segment of [...this.#segments.values()]) {
      await breather.pause();
      distances.push([segment, segment.distances(code)]);
    }
    return distances;
  }
}

/** By their scores, the highest first. */
function scored(slots: readonly [Segment, number][], scorer: SignScorer): Candidate[] {
  const scores = Float64Array.from(slots, ([segment, slot]) => segment.score(scorer, slot));
  return inOrderOf(scores).map((place) => {
    const [segment, slot] = slots[place] as [Segment, number];
    return { number: segment.start + slot, seq: segment.seq(slot) };
  });
}

/** Steps that scores are told apart by: with a place, one fits into the 53 bits of a number. */
const STEPS = 2 ** 36;

/** The places of numbers from the highest down: as keys that sort by themselves, many times faster than by a rule. */
function inOrderOf(scores: Float64Array): number[] {
  const [lowest, highest] = [
    scores.reduce((a, b) => Math.min(a, b), 0),
    scores.reduce((a, b) => Math.max(a, b), 0),
  ];
  const step = (highest - lowest || 1) / STEPS;
  const keys = scores.map(
    (score, place) => Math.floor((highest - score) / step) * CANDIDATES + place,
  );
  return Array.from(keys.sort(), (key) => key % CANDIDATES);
}

function reranked(candidates: readonly Candidate[], exact: Search['exact']): Neighbour[] {
  const similarities = exact(candidates.map(({ number }) => number));
  return candidates
    .flatMap(({ number, seq }) => {
      const similarity = similarities.get(number);
      return similarity === undefined ? [] : { seq, similarity };
    })
    .sort((a, b) => b.similarity - a.similarity || a.seq - b.seq);
}
