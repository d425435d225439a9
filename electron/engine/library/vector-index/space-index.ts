import { Breather } from '../../jobs/breather.ts';
import { Ranking } from './ranking.ts';
import type { SearchWork } from './search-work.ts';
import { toBlob } from '../vectors.ts';
import { Segment, SEGMENT_SIZE } from './segment.ts';
import { SeqSet } from './seq-set.ts';
import { evenSpread, type Spread, tablesFor } from './two-bit-codes.ts';

/**
 * Nearest by their codes that are told apart by their numbers: at the least, and of how many one. Measured; see
 * docs/library.md.
 */
const FEWEST_RERANKED = 1_024;
const PER_RERANKED = 256;

/** Numbers of embeddings at which their spread is measured. Fewer than the first are told apart by their numbers. */
const MEASURED_AT: readonly number[] = [FEWEST_RERANKED, 16 * FEWEST_RERANKED];

/** What is looked for in an embedding space. */
export interface Search {
  /** Of any length but zero. */
  readonly vector: Float32Array;
  /** Which rows of `generations` count; null for all. */
  readonly isWanted: ((seq: number) => boolean) | null;
  /** How many of the best are passed over. */
  readonly offset: number;
  readonly limit: number;
}

export interface Neighbour {
  readonly seq: number;
  /** Cosine. */
  readonly similarity: number;
}

/** The codes of all embeddings of one space. */
export class SpaceIndex {
  readonly width: number;
  readonly #segments = new Map<number, Segment>();
  readonly #changed = new Set<Segment>();
  #spread: Spread;

  constructor(width: number, spread = evenSpread(width)) {
    this.width = width;
    this.#spread = spread;
  }

  get spread(): Spread {
    return this.#spread;
  }

  /** Whether there are so many more embeddings that their spread has to be measured. */
  get isSpreadDue(): boolean {
    return MEASURED_AT.some((count) => this.#spread.of < count && count <= this.size);
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
    segment.put(number, seq, vector, this.#spread);
    this.#changed.add(segment);
  }

  remove(number: number): void {
    const segment = this.#segments.get(Math.floor(number / SEGMENT_SIZE) * SEGMENT_SIZE);
    if (segment?.remove(number)) this.#changed.add(segment);
  }

  /** Forgets its codes, which are to be written anew by another spread. */
  startAnew(spread: Spread): void {
    this.#spread = spread;
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
   * The nearest to a vector, best first, of as many as there are: none is cut off. Ranks are by code, and within
   * stretches of some thousands by the numbers themselves, so that a page is the same whatever was asked before.
   */
  async nearest(
    { vector, isWanted, offset, limit }: Search,
    work: SearchWork,
  ): Promise<Neighbour[]> {
    const breather = new Breather();
    const tables = tablesFor(vector, this.#spread);
    const distances = await work.distances([...this.#segments.values()], tables, breather);
    const ranking = new Ranking(distances, isWanted);
    const stretch = Math.max(FEWEST_RERANKED, Math.ceil(this.size / PER_RERANKED));
    const found: Neighbour[] = [];
    let rank = offset;
    while (found.length < limit) {
      const from = Math.floor(rank / stretch) * stretch;
      await breather.pause();
      const candidates = ranking.stretch(from, from + stretch);
      await breather.pause();
      const best = await reranked(candidates, vector, work);
      const skipped = rank - from;
      found.push(...best.slice(skipped, skipped + limit - found.length));
      if (candidates.length < stretch) break;
      rank = from + stretch;
    }
    work.giveBack(distances);
    return found;
  }
}

/** Candidates by their numbers. Those that are gone are left out. */
async function reranked(
  candidates: readonly (readonly [Segment, number])[],
  vector: Float32Array,
  work: SearchWork,
): Promise<Neighbour[]> {
  const placed = candidates
    .map(([segment, slot]) => ({ number: segment.start + slot, seq: segment.seq(slot) }))
    // As they lie in the database.
    .sort((a, b) => a.number - b.number);
  const numbers = placed.map(({ number }) => number);
  const cosines = await work.cosines(toBlob(vector), numbers);
  return placed
    .map(({ seq }, nth) => ({ seq, similarity: cosines[nth] ?? Number.NaN }))
    .filter(({ similarity }) => !Number.isNaN(similarity))
    .sort((a, b) => b.similarity - a.similarity || a.seq - b.seq);
}
