/** Boxes of an ISO base media file (ISO/IEC 14496-12), as far as the items of an AVIF need them. */

const HEAD = 8;
const LONG_HEAD = 16;
/** A picture has some ten boxes; a file with more than this is not looked through. */
const MAX_BOXES = 10_000;
const latin1 = new TextDecoder('latin1');

export interface Box {
  readonly type: string;
  readonly content: Uint8Array;
  /** The whole box as it stands in the file. */
  readonly bytes: Uint8Array;
  /** Where it begins in what was read. */
  readonly start: number;
}

/** The boxes one after the other, up to one that ends outside. */
export function* readBoxes(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (let boxes = 0; boxes < MAX_BOXES && start + HEAD <= bytes.length; boxes += 1) {
    const short = view.getUint32(start);
    if (short === 1 && start + LONG_HEAD > bytes.length) return;
    const head = short === 1 ? LONG_HEAD : HEAD;
    const length = lengthOf(view, start, short);
    if (length < head || start + length > bytes.length) return;
    yield {
      type: latin1.decode(bytes.subarray(start + 4, start + 8)),
      content: bytes.subarray(start + head, start + length),
      bytes: bytes.subarray(start, start + length),
      start,
    };
    start += length;
  }
}

/** 0 reaches to the end, 1 has a longer number behind the type. */
function lengthOf(view: DataView, start: number, short: number): number {
  if (short === 0) return view.byteLength - start;
  return short === 1 ? Number(view.getBigUint64(start + HEAD)) : short;
}

export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([uint(4, HEAD + body.length), Buffer.from(type, 'latin1'), body]);
}

/** A big-endian number of so many bytes. */
export function uint(size: number, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  if (size > 0) bytes.writeUIntBE(value, 0, size);
  return bytes;
}

/** Numbers and texts one after the other. Reading beyond the end throws a RangeError. */
export class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A big-endian number of up to 6 bytes, or of 8 that are not all needed. */
  uint(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (size === 0) return 0;
    return size === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, size);
  }

  /** Four letters. */
  tag(): string {
    return latin1.decode(uint(4, this.uint(4)));
  }

  /** Up to a zero, or to the end. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const text = this.#bytes.toString('utf8', this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#bytes.length : end + 1;
    return text;
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}
