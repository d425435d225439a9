/**
 * Open Sound Control 1.0 as far as faders send it, strictly: a packet is read whole or not at all. Libraries there are
 * pass over what is broken inside a bundle or read beyond an argument, so that it could not be counted.
 * https://opensoundcontrol.stanford.edu/spec-1_0.html
 */

/** A message, and its number where it has one argument, and that one is a number. */
export interface OscMessage {
  readonly address: string;
  readonly value: number | null;
}

/** All that is read of a packet; larger ones are none. A fader sends some 40 bytes. */
export const MAX_PACKET_BYTES = 4_096;
/** Bundles within bundles. */
const MAX_DEPTH = 8;
const BUNDLE = '#bundle';
const WORD = 4;

/** Why a packet is none. Nobody is told more than that: who sends it does not hear. */
class Malformed extends Error {}

/** The messages of a packet in their order, whenever their bundle asks for; null where it is no packet of OSC. */
export function readOsc(packet: Uint8Array): OscMessage[] | null {
  if (packet.byteLength > MAX_PACKET_BYTES) return null;
  try {
    return readElement(new Reader(packet), 0);
  } catch (thrown) {
    if (thrown instanceof Malformed) return null;
    throw thrown;
  }
}

function readElement(reader: Reader, depth: number): OscMessage[] {
  const address = reader.text();
  if (address === BUNDLE) return readBundle(reader, depth);
  if (!address.startsWith('/')) throw new Malformed();
  const [comma, ...types] = reader.text();
  if (comma !== ',') throw new Malformed();
  const args = types.map((type) => readArgument(type, reader));
  reader.end();
  const [value = null] = args;
  const isNumber = args.length === 1 && value !== null && Number.isFinite(value);
  return [{ address, value: isNumber ? value : null }];
}

function readBundle(reader: Reader, depth: number): OscMessage[] {
  if (depth === MAX_DEPTH) throw new Malformed();
  // When it is meant for. What moves a hand's thumb is meant for now.
  reader.skip(2 * WORD);
  const messages: OscMessage[] = [];
  while (!reader.isAtEnd) messages.push(...readElement(reader.part(), depth + 1));
  return messages;
}

/** A number, or null for an argument of another type. */
function readArgument(type: string, reader: Reader): number | null {
  switch (type) {
    case 'i':
      return reader.view(WORD).getInt32(0);
    case 'f':
      return reader.view(WORD).getFloat32(0);
    case 'd':
      return reader.view(2 * WORD).getFloat64(0);
    case 'h':
      return Number(reader.view(2 * WORD).getBigInt64(0));
    case 'T':
      return 1;
    case 'F':
      return 0;
    case 's':
    case 'S':
      reader.text();
      return null;
    case 'b':
      reader.blob();
      return null;
    case 't':
      reader.skip(2 * WORD);
      return null;
    case 'c':
    case 'r':
    case 'm':
      reader.skip(WORD);
      return null;
    case 'N':
    case 'I':
    case '[':
    case ']':
      return null;
    default:
      throw new Malformed();
  }
}

/** Goes through bytes in words of four. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.byteLength === 0 || bytes.byteLength % WORD !== 0) throw new Malformed();
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  end(): void {
    if (!this.isAtEnd) throw new Malformed();
  }

  skip(length: number): void {
    this.#take(length);
  }

  view(length: number): DataView {
    const { buffer, byteOffset } = this.#take(length);
    return new DataView(buffer, byteOffset, length);
  }

  /** ASCII, ended by a zero and filled up with zeros. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end === -1) throw new Malformed();
    const length = end - this.#at;
    const taken = this.#take(length + WORD - (length % WORD));
    if (taken.subarray(length).some((byte) => byte !== 0)) throw new Malformed();
    return String.fromCharCode(...taken.subarray(0, length));
  }

  /** Bytes after their number, filled up with zeros. */
  blob(): void {
    const length = this.view(WORD).getInt32(0);
    if (length < 0) throw new Malformed();
    this.skip(length + ((WORD - (length % WORD)) % WORD));
  }

  /** An element of a bundle, after its size. */
  part(): Reader {
    return new Reader(this.#take(this.view(WORD).getInt32(0)));
  }

  #take(length: number): Uint8Array {
    if (length < 0 || this.#at + length > this.#bytes.byteLength) throw new Malformed();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
