import { Breather } from '../../jobs/breather.ts';
import type { Seqs } from '../seqs.ts';

/** Numbers to a block, of which each has a bit. */
const BLOCK = 65_536;

/** A set of numbers of rows, a bit each where they lie close together. */
export class SeqSet {
  readonly #blocks = new Map<number, Uint32Array>();
  #size = 0;

  /** A set of as many as there may be, made while others get their turn. */
  static async of(seqs: Seqs): Promise<SeqSet> {
    const breather = new Breather();
    const set = new SeqSet();
    for (let from = 0; from < seqs.length; from += BLOCK) {
      const until = Math.min(from + BLOCK, seqs.length);
      for (let at = from; at < until; at += 1) set.add(seqs[at] as number);
      await breather.pause();
    }
    return set;
  }

  get size(): number {
    return this.#size;
  }

  add(seq: number): void {
    const block = this.#block(seq);
    const at = seq - Math.floor(seq / BLOCK) * BLOCK;
    const before = block[at >>> 5] ?? 0;
    const after = (before | (1 << (at & 31))) >>> 0;
    if (after === before) return;
    block[at >>> 5] = after;
    this.#size += 1;
  }

  delete(seq: number): void {
    if (!this.has(seq)) return;
    const at = seq - Math.floor(seq / BLOCK) * BLOCK;
    const block = this.#block(seq);
    block[at >>> 5] = ((block[at >>> 5] ?? 0) & ~(1 << (at & 31))) >>> 0;
    this.#size -= 1;
  }

  has(seq: number): boolean {
    const key = Math.floor(seq / BLOCK);
    const block = this.#blocks.get(key);
    if (block === undefined) return false;
    const at = seq - key * BLOCK;
    return ((block[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const [key, block] of this.#blocks) {
      for (let at = 0; at < BLOCK; at += 1) {
        if (((block[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0) yield key * BLOCK + at;
      }
    }
  }

  #block(seq: number): Uint32Array {
    const key = Math.floor(seq / BLOCK);
    const known = this.#blocks.get(key);
    if (known) return known;
    const block = new Uint32Array(BLOCK / 32);
    this.#blocks.set(key, block);
    return block;
  }
}
