import { crc32 } from 'node:zlib';
import { StudioError } from '../../../contract/errors.ts';

/** Signature and chunk layout: PNG specification (W3C, third edition), sections 5.2 and 5.3. */
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const LENGTH_AND_TYPE = 8;
const CRC = 4;
const HEADER = 'IHDR';
const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();

export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** The whole chunk as it stands in the file, length and checksum included. */
  readonly bytes: Uint8Array;
}

export interface PngText {
  readonly keyword: string;
  readonly text: string;
}

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * The chunks of a PNG in their order.
 *
 * @throws StudioError `metadata-malformed` at a chunk that is cut off or fails its checksum
 */
export function* readChunks(png: Uint8Array): Generator<PngChunk> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  let at = SIGNATURE.length;
  while (at < png.length) {
    if (at + LENGTH_AND_TYPE + CRC > png.length) throw damaged('is cut off');
    const dataEnd = at + LENGTH_AND_TYPE + view.getUint32(at);
    const end = dataEnd + CRC;
    if (end > png.length) throw damaged('is cut off');
    if (crc32(png.subarray(at + 4, dataEnd)) !== view.getUint32(dataEnd)) {
      throw damaged('fails a checksum');
    }
    yield {
      type: latin1.decode(png.subarray(at + 4, at + LENGTH_AND_TYPE)),
      data: png.subarray(at + LENGTH_AND_TYPE, dataEnd),
      bytes: png.subarray(at, end),
    };
    at = end;
  }
}

/** The texts of a PNG that are not compressed: `tEXt`, and `iTXt` as {@link addTexts} writes it. */
export function* readTexts(png: Uint8Array): Generator<PngText> {
  for (const { type, data } of readChunks(png)) {
    if (type === 'tEXt') yield readLatinText(data);
    if (type === 'iTXt') yield* readInternationalText(data);
  }
}

/** Puts texts right behind the header, where readers find them without reading the picture. */
export function addTexts(png: Uint8Array, texts: readonly PngText[]): Uint8Array<ArrayBuffer> {
  const chunks = [...readChunks(png)].flatMap(({ type, bytes }) =>
    type === HEADER ? [bytes, ...texts.map(textChunk)] : [bytes],
  );
  return concat([SIGNATURE, ...chunks]);
}

const STORYTELLING = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME']);

/** The same picture without texts, EXIF and time. */
export function removeTexts(png: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = [...readChunks(png)].filter(({ type }) => !STORYTELLING.has(type));
  return concat([SIGNATURE, ...kept.map(({ bytes }) => bytes)]);
}

/** `tEXt` where Latin-1 can say it, which the most readers know, and `iTXt` otherwise. */
function textChunk({ keyword, text }: PngText): Uint8Array {
  const isLatin1 = /^[\n\x20-\x7e\xa1-\xff]*$/.test(text);
  return isLatin1
    ? chunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))
    : // Uncompressed, no language, no translated keyword.
      chunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${text}`, 'utf8'));
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_AND_TYPE + data.length + CRC);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(Buffer.from(type, 'latin1'), 4);
  bytes.set(data, LENGTH_AND_TYPE);
  const dataEnd = LENGTH_AND_TYPE + data.length;
  view.setUint32(dataEnd, crc32(bytes.subarray(4, dataEnd)));
  return bytes;
}

function readLatinText(data: Uint8Array): PngText {
  const [keyword, rest] = splitAtNull(data);
  return { keyword: latin1.decode(keyword), text: latin1.decode(rest) };
}

function* readInternationalText(data: Uint8Array): Generator<PngText> {
  const [keyword, rest] = splitAtNull(data);
  const isCompressed = rest[0] !== 0;
  if (isCompressed) return;
  const [, afterLanguage] = splitAtNull(rest.subarray(2));
  const [, text] = splitAtNull(afterLanguage);
  yield { keyword: latin1.decode(keyword), text: utf8.decode(text) };
}

function splitAtNull(data: Uint8Array): [before: Uint8Array, after: Uint8Array] {
  const at = data.indexOf(0);
  if (at === -1) throw damaged('has a text without an end');
  return [data.subarray(0, at), data.subarray(at + 1)];
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

function damaged(how: string): StudioError {
  return new StudioError(
    'metadata-malformed',
    `The PNG ${how}, so what it says of its making cannot be trusted. Use an undamaged copy.`,
  );
}
