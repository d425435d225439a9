import { crc32 } from 'node:zlib';
import { addLookups } from './lookup-scan.ts';
import { bytesFor, type Spread, writeCode } from './two-bit-codes.ts';

/** Numbers of embeddings that one segment is for: the embedding of number n lies in slot n mod this. */
export const SEGMENT_SIZE = 65_536;

/** Slots that a new segment has room for, whole blocks of codes; a full one has room for all. */
const FIRST_ROOM = 1_024;

const MAGIC = 0x43465658;
const FORMAT = 3;
/** Magic, format, width, slots, checksum of the rest; 4 bytes each, little-endian. */
const HEADER_BYTES = 20;

/**
 * The codes of the embeddings of one space whose numbers lie in one range. What it holds follows from the rows of
 * that range alone, so that it can be made again alone, by whichever process.
 */
export class Segment {
  readonly width: number;
  /** The number of its first slot. */
  readonly start: number;
  #codes: Uint8Array<ArrayBuffer>;
  /** The row of `generations` of each slot; NaN where there is no embedding. */
  #seqs: Float64Array<ArrayBuffer>;
  #size = 0;

  constructor(start: number, width: number, room = FIRST_ROOM) {
    this.start = start;
    this.width = width;
    this.#codes = new Uint8Array(room * bytesFor(width));
    this.#seqs = new Float64Array(room).fill(Number.NaN);
  }

  /** How many embeddings it holds. */
  get size(): number {
    return this.#size;
  }

  get slots(): number {
    return this.#seqs.length;
  }

  /** The row in a slot; NaN for none. */
  seq(slot: number): number {
    return this.#seqs[slot] ?? Number.NaN;
  }

  put(number: number, seq: number, vector: Float32Array, spread: Spread): void {
    const slot = number - this.start;
    this.#makeRoom(slot);
    if (Number.isNaN(this.seq(slot))) this.#size += 1;
    this.#seqs[slot] = seq;
    writeCode(vector, spread, this.#codes, slot);
  }

  remove(number: number): boolean {
    const slot = number - this.start;
    if (Number.isNaN(this.seq(slot))) return false;
    this.#seqs[slot] = Number.NaN;
    this.#size -= 1;
    return true;
  }

  /** What the code of each slot adds up to by tables, whether there is an embedding in it or not. */
  distances(tables: Uint8Array): Uint16Array<ArrayBuffer> {
    const distances = new Uint16Array(this.slots);
    addLookups(tables, this.#codes, distances);
    return distances;
  }

  /** As a file keeps it. */
  toBytes(): Uint8Array {
    const seqs = Buffer.from(this.#seqs.buffer);
    const codes = this.#codes;
    const header = Buffer.alloc(HEADER_BYTES);
    const checksum = crc32(codes, crc32(seqs));
    for (const [index, value] of [MAGIC, FORMAT, this.width, this.slots, checksum].entries()) {
      header.writeUInt32LE(value, index * 4);
    }
    return Buffer.concat([header, seqs, codes]);
  }

  /** Null for what is no segment of that width, or damaged. */
  static from(bytes: Buffer<ArrayBuffer>, start: number, width: number): Segment | null {
    if (bytes.length < HEADER_BYTES) return null;
    const [magic, format, ownWidth, slots = 0, checksum] = [0, 1, 2, 3, 4].map((index) =>
      bytes.readUInt32LE(index * 4),
    );
    const content = bytes.subarray(HEADER_BYTES);
    const isOurs = magic === MAGIC && format === FORMAT && ownWidth === width;
    const isWhole = slots <= SEGMENT_SIZE && content.length === slots * (8 + bytesFor(width));
    if (!isOurs || !isWhole || crc32(content) !== checksum) return null;
    const segment = new Segment(start, width, 0);
    segment.#take(
      new Float64Array(new Uint8Array(content.subarray(0, slots * 8)).buffer),
      // Not copied: they are most of the file.
      new Uint8Array(bytes.buffer, content.byteOffset + slots * 8, slots * bytesFor(width)),
    );
    segment.#size = segment.#seqs.reduce((sum, seq) => sum + (Number.isNaN(seq) ? 0 : 1), 0);
    return segment;
  }

  #makeRoom(slot: number): void {
    if (slot < this.slots) return;
    const room = Math.min(SEGMENT_SIZE, 2 ** Math.ceil(Math.log2(slot + 1)));
    const seqs = new Float64Array(room).fill(Number.NaN);
    const codes = new Uint8Array(room * bytesFor(this.width));
    seqs.set(this.#seqs);
    codes.set(this.#codes);
    this.#take(seqs, codes);
  }

  #take(seqs: Float64Array<ArrayBuffer>, codes: Uint8Array<ArrayBuffer>): void {
    this.#seqs = seqs;
    this.#codes = codes;
  }
}
