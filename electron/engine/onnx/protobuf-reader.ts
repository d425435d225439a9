/**
 * Reads messages in the wire format of Protocol Buffers, field by field and without copying. What a field
 * means is for its reader to know (https://protobuf.dev/programming-guides/encoding/).
 */

/** A field of a message: a whole number, or bytes, which may be text or another message. */
export type Field =
  | { readonly number: number; readonly kind: 'number'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'bytes'; readonly bytes: Uint8Array };

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
const MAX_VARINT_BYTES = 10;
/** So many have 28 bits, which fit a number's whole ones. */
const SHORT_VARINT_BYTES = 4;
/** Of 32 bits. Other readers drop the bits of a tag above them, and so meet another field than one who counts them. */
const MAX_TAG = 2 ** 32 - 1;

/** The fields of a message in the order they stand, those of fixed width passed over. */
export function* fieldsOf(message: Uint8Array): Generator<Field, void, undefined> {
  const reader = new Reader(message);
  while (!reader.isAtEnd) {
    const tag = reader.number();
    const number = Math.floor(tag / 8);
    if (number < 1 || tag > MAX_TAG) throw new MalformedMessageError();
    switch (tag % 8) {
      case VARINT:
        yield { number, kind: 'number', value: reader.varint() };
        break;
      case BYTES:
        yield { number, kind: 'bytes', bytes: reader.bytes(reader.number()) };
        break;
      case FIXED64:
        reader.bytes(8);
        break;
      case FIXED32:
        reader.bytes(4);
        break;
      default:
        throw new MalformedMessageError();
    }
  }
}

/** What is no message in this format. */
export class MalformedMessageError extends Error {}

/** The whole numbers of a repeated field, which stand one by one or packed together. */
export function numbersOf(field: Field): bigint[] {
  if (field.kind === 'number') return [field.value];
  const reader = new Reader(field.bytes);
  const numbers: bigint[] = [];
  while (!reader.isAtEnd) numbers.push(reader.varint());
  return numbers;
}

/** @throws MalformedMessageError for a number where bytes should be */
export function bytesOf(field: Field): Uint8Array {
  if (field.kind !== 'bytes') throw new MalformedMessageError();
  return field.bytes;
}

/** @throws MalformedMessageError for a number where text should be */
export function textOf(field: Field): string {
  return Buffer.from(bytesOf(field)).toString('utf8');
}

class Reader {
  readonly #message: Uint8Array;
  #at = 0;

  constructor(message: Uint8Array) {
    this.#message = message;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#message.length;
  }

  /** A varint of up to four bytes without the detour over big whole numbers, which takes ten times as long. */
  number(): number {
    let value = 0;
    for (let i = 0; i < SHORT_VARINT_BYTES; i++) {
      const byte = this.#message[this.#at + i] ?? 0x80;
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        this.#at += i + 1;
        return value;
      }
    }
    return Number(this.varint());
  }

  /** Signed, 64 bits. */
  varint(): bigint {
    let value = 0n;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#message[this.#at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new MalformedMessageError();
  }

  bytes(length: number): Uint8Array {
    const start = this.#at;
    this.#at += length;
    if (!(length >= 0 && this.#at <= this.#message.length)) throw new MalformedMessageError();
    return this.#message.subarray(start, this.#at);
  }
}
