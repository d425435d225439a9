/**
 * How much one request may be. Bytes are bounded by what carries them and by the methods that take
 * them; everything else costs many times its size once it is values, and is bounded here.
 */

/** A selection of 100,000 portraits by their ids, the largest request there is, has 3.8 MB. */
export const MAX_TEXT_BYTES = 5_000_000;
/** That selection has 100,008. */
const MAX_VALUES = 200_000;
const MAX_DEPTH = 32;

/** What is left of the limits while a message is gone through. */
class Allowance {
  #values = MAX_VALUES;
  #text = MAX_TEXT_BYTES;

  /** False once there was too much. */
  take(values: number, text: number): boolean {
    this.#values -= values;
    this.#text -= text;
    return this.#values >= 0 && this.#text >= 0;
  }
}

/** Whether a message that arrived as values is of plain data, and not too much of it. */
export function fitsLimits(message: unknown): boolean {
  const allowance = new Allowance();
  const open: { value: unknown; depth: number }[] = [{ value: message, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (!allowance.take(1, typeof value === 'string' ? value.length : 1)) return false;
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (depth === MAX_DEPTH || !isPlain(value)) return false;
    const parts: unknown[] = Array.isArray(value) ? value : Object.entries(value).flat();
    // Before it is gone through: an array can be long and have nothing in it.
    if (parts.length > MAX_VALUES) return false;
    for (const part of parts) open.push({ value: part, depth: depth + 1 });
  }
  return true;
}

/** No dates, maps or anything else that a structured clone may hold: the contract knows none. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * The same of a message that is still MessagePack, so that nothing is made of one that is too much.
 * Bytes that are no MessagePack are not told here, if they are few.
 */
export function fitsLimitsPacked(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const allowance = new Allowance();
  /** Of every level, how many values are still to come. */
  const open = [1];
  let at = 0;
  while (open.length > 0) {
    const left = open.pop() ?? 0;
    if (left === 0) continue;
    if (at >= view.byteLength) return true;
    const head = readHead(view, at);
    if (!head || !allowance.take(1, head.isBytes ? 1 : 1 + head.length)) return false;
    at += head.size + head.length;
    open.push(left - 1);
    if (head.parts > 0) open.push(head.parts);
    if (open.length > MAX_DEPTH + 1) return false;
  }
  return true;
}

/** One value of MessagePack: bytes that say what it is, bytes of its own, values that follow as its parts. */
interface Head {
  readonly size: number;
  readonly length: number;
  readonly parts: number;
  readonly isBytes: boolean;
}

/** By https://github.com/msgpack/msgpack/blob/master/spec.md#formats; null for an extension or no value. */
function readHead(view: DataView, at: number): Head | null {
  const type = view.getUint8(at);
  const head = (size: number, { length = 0, parts = 0, isBytes = false } = {}): Head => {
    return { size, length, parts, isBytes };
  };
  if (type < 0x80 || type >= 0xe0) return head(1);
  if (type < 0x90) return head(1, { parts: (type - 0x80) * 2 });
  if (type < 0xa0) return head(1, { parts: type - 0x90 });
  if (type < 0xc0) return head(1, { length: type - 0xa0 });
  if (type === 0xc0 || type === 0xc2 || type === 0xc3) return head(1);
  const width = SCALARS.get(type);
  if (width !== undefined) return head(1, { length: width });
  const counted = COUNTED.get(type);
  if (!counted) return null;
  const { kind, digits } = counted;
  const count = readCount(view, at + 1, digits);
  if (kind === 'array') return head(1 + digits, { parts: count });
  if (kind === 'map') return head(1 + digits, { parts: count * 2 });
  return head(1 + digits, { length: count, isBytes: kind === 'bytes' });
}

/** Numbers, by the bytes they have. */
const SCALARS = new Map<number, number>([
  ...[0xcc, 0xd0].map((type) => [type, 1] as const),
  ...[0xcd, 0xd1].map((type) => [type, 2] as const),
  ...[0xca, 0xce, 0xd2].map((type) => [type, 4] as const),
  ...[0xcb, 0xcf, 0xd3].map((type) => [type, 8] as const),
]);

/** What says how much of it follows, by the bytes that say so. */
const COUNTED = new Map<number, { kind: 'bytes' | 'text' | 'array' | 'map'; digits: 1 | 2 | 4 }>([
  [0xc4, { kind: 'bytes', digits: 1 }],
  [0xc5, { kind: 'bytes', digits: 2 }],
  [0xc6, { kind: 'bytes', digits: 4 }],
  [0xd9, { kind: 'text', digits: 1 }],
  [0xda, { kind: 'text', digits: 2 }],
  [0xdb, { kind: 'text', digits: 4 }],
  [0xdc, { kind: 'array', digits: 2 }],
  [0xdd, { kind: 'array', digits: 4 }],
  [0xde, { kind: 'map', digits: 2 }],
  [0xdf, { kind: 'map', digits: 4 }],
]);

/** What was broken off has a count of nothing; the decoder finds that out. */
function readCount(view: DataView, at: number, digits: 1 | 2 | 4): number {
  if (at + digits > view.byteLength) return 0;
  if (digits === 1) return view.getUint8(at);
  return digits === 2 ? view.getUint16(at) : view.getUint32(at);
}
