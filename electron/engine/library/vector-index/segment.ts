import { crc32 } from 'node:zlib';
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
  /** Where other threads see them too. */
  #codes: Uint8Array<SharedArrayBuffer>;
  /** The row of `generations` of each slot; NaN where there is no embedding. */
  #seqs: Float64Array<ArrayBuffer>;
  #size = 0;

  constructor(start: number, width: number, room = FIRST_ROOM) {
    this.start = start;
    this.width = width;
    this.#codes = shared(room * bytesFor(width));
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

  /** The code of each slot, whether there is an embedding in it or not: blocks of interleaved ones. */
  get codes(): Uint8Array<SharedArrayBuffer> {
    return this.#codes;
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
    const segment = new Segment(start, width, slots);
    segment.#seqs = new Float64Array(new Uint8Array(content.subarray(0, slots * 8)).buffer);
    segment.#codes.set(content.subarray(slots * 8));
    for (let slot = 0; slot < slots; slot += 1) {
      if (!Number.isNaN(segment.#seqs[slot])) segment.#size += 1;
    }
    return segment;
  }

  #makeRoom(slot: number): void {
    if (slot < this.slots) return;
    const room = Math.min(SEGMENT_SIZE, 2 ** Math.ceil(Math.log2(slot + 1)));
    const seqs = new Float64Array(room).fill(Number.NaN);
    const codes = shared(room * bytesFor(this.width));
    seqs.set(this.#seqs);
    codes.set(this.#codes);
    this.#seqs = seqs;
    this.#codes = codes;
  }
}

/** How long the file of a full one is. */
export function mostBytesOf(width: number): number {
  return HEADER_BYTES + SEGMENT_SIZE * (Float64Array.BYTES_PER_ELEMENT + bytesFor(width));
}

function shared(bytes: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(bytes));
}
