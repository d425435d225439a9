/** Writes messages in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/). */
import type { Field } from './protobuf-reader.ts';

const [VARINT, BYTES, FIXED32] = [0, 2, 5];

/** Parts of a message, to be put together by `message`. */
export type Part = Uint8Array;

/** Parts one after the other, as one message. */
export function message(...parts: readonly Part[]): Part {
  return Buffer.concat(parts);
}

/** A field that is a whole number of at most 64 bits, negative ones in two's complement. */
export function numberField(field: number, value: number | bigint): Part {
  return message(varint(field * 8 + VARINT), varint(value));
}

/** A field that is a float32. */
export function floatField(field: number, value: number): Part {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return message(varint(field * 8 + FIXED32), bytes);
}

/** A field that is text or another message. */
export function bytesField(field: number, content: Part | string): Part {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return message(bytesHeader(field, bytes.length), bytes);
}

/** A field as it was read. Those of fixed width are none: `fieldsOf` passes over them. */
export function copyOf(field: Field): Part {
  return field.kind === 'number'
    ? numberField(field.number, field.value)
    : bytesField(field.number, field.bytes);
}

/** What stands before the `length` bytes of a field that is written piece by piece. */
export function bytesHeader(field: number, length: number): Part {
  return message(varint(field * 8 + BYTES), varint(length));
}

function varint(value: number | bigint): Part {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const more = rest > 0x7fn;
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
