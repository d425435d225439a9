import { crc32, inflateSync } from 'node:zlib';
import { isSystemError } from '../../storage/errors.ts';
import { count, damaged, MAX_PARTS, tooLarge } from './limits.ts';

/** Signature and chunk layout: PNG specification (W3C, third edition), sections 5.2 and 5.3. */
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const LENGTH_AND_TYPE = 8;
const CRC = 4;
const HEADER = 'IHDR';
const END = 'IEND';
/** XMP specification part 3, section 1.1.5. */
export const XMP_KEYWORD = 'XML:com.adobe.xmp';
/** Longest keyword of a text. */
const MAX_KEYWORD = 79;
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
  for (const chunk of frames(png)) {
    requireIntact(chunk);
    yield chunk;
  }
}

/** How many chunks there are, up to {@link MAX_PARTS}. */
export function countChunks(png: Uint8Array): number {
  return count(frames(png));
}

/** The chunks as their lengths divide them, up to the end or to one that the file ends within. */
function* frames(png: Uint8Array): Generator<PngChunk> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  let at = SIGNATURE.length;
  for (let parts = 0; parts < MAX_PARTS && at + LENGTH_AND_TYPE <= png.length; parts += 1) {
    const dataEnd = at + LENGTH_AND_TYPE + view.getUint32(at);
    const bytes = png.subarray(at, dataEnd + CRC);
    const type = latin1.decode(bytes.subarray(4, LENGTH_AND_TYPE));
    yield { type, data: png.subarray(at + LENGTH_AND_TYPE, dataEnd), bytes };
    if (type === END) return;
    at = dataEnd + CRC;
  }
}

function requireIntact({ data, bytes }: PngChunk): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0);
  if (bytes.length < LENGTH_AND_TYPE + length + CRC) throw damaged('is cut off');
  const checked = bytes.subarray(4, LENGTH_AND_TYPE + data.length);
  if (crc32(checked) !== view.getUint32(LENGTH_AND_TYPE + length)) {
    throw damaged('fails a checksum');
  }
}

/**
 * The first text under a keyword, whichever kind of chunk another program may have made of it.
 *
 * @param chunks of the PNG: {@link readChunks} where nothing in front of it may be damaged, or
 *   {@link readTextChunks} where only texts matter
 * @param maxBytes longest text, inflated
 * @returns null where there is none
 * @throws StudioError `metadata-malformed` for a longer one, or a damaged one
 */
export function findText(
  chunks: Iterable<PngChunk>,
  keyword: string,
  maxBytes: number,
): string | null {
  for (const { type, data } of chunks) {
    const kind = TEXTS[type];
    if (!kind || keywordOf(data) !== keyword) continue;
    return kind.decoder.decode(kind.read(data.subarray(keyword.length + 1), maxBytes));
  }
  return null;
}

/**
 * The chunks of text; damage to others is not looked for.
 *
 * @throws StudioError `metadata-malformed` as {@link readChunks}
 */
export function* readTextChunks(png: Uint8Array): Generator<PngChunk> {
  for (const chunk of frames(png)) {
    if (!TEXTS[chunk.type]) continue;
    requireIntact(chunk);
    yield chunk;
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

const COLOUR_SPACES = new Set(['sRGB', 'iCCP', 'cICP']);
/** PNG specification, section 11.3.2.5: the rendering intent, here perceptual. */
const PERCEPTUAL = Uint8Array.of(0);

/** The same picture with a note that its colours are sRGB; as it is where it says which they are. */
export function tagAsSrgb(png: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const chunks = [...readChunks(png)];
  if (chunks.some(({ type }) => COLOUR_SPACES.has(type))) return png;
  const tagged = chunks.flatMap(({ type, bytes }) =>
    type === HEADER ? [bytes, chunk('sRGB', PERCEPTUAL)] : [bytes],
  );
  return concat([SIGNATURE, ...tagged]);
}

/**
 * The same picture for a decoder, which would unpack every text that it has: megabytes hold gigabytes. Nothing
 * is checked, and a picture without its end stays one.
 */
export function withoutTexts(png: Uint8Array): Uint8Array {
  const all = [...frames(png)];
  const kept = all.filter(({ type }) => !TEXTS[type]);
  return kept.length === all.length ? png : concat([SIGNATURE, ...kept.map(({ bytes }) => bytes)]);
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

interface TextKind {
  readonly decoder: typeof utf8;
  /** The text as bytes, from what stands behind the keyword. */
  readonly read: (rest: Uint8Array, maxBytes: number) => Uint8Array;
}

/** PNG specification, sections 11.3.3.2 to 11.3.3.4. */
const TEXTS: Readonly<Record<string, TextKind>> = {
  tEXt: { decoder: latin1, read: atMost },
  // Of the method's byte there is one value.
  zTXt: { decoder: latin1, read: (rest, maxBytes) => inflate(rest.subarray(1), maxBytes) },
  iTXt: {
    decoder: utf8,
    read: (rest, maxBytes) => {
      const isCompressed = rest[0] === 1;
      const text = afterNull(afterNull(rest.subarray(2)));
      return isCompressed ? inflate(text, maxBytes) : atMost(text, maxBytes);
    },
  },
};

function atMost(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length > maxBytes) throw tooLarge();
  return bytes;
}

/** Stops where it becomes too long, however far it would go on. */
function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: maxBytes });
  } catch (thrown) {
    if (isSystemError(thrown, 'ERR_BUFFER_TOO_LARGE')) throw tooLarge();
    throw damaged('has a text that cannot be unpacked');
  }
}

function keywordOf(data: Uint8Array): string {
  const end = data.subarray(0, MAX_KEYWORD + 1).indexOf(0);
  return latin1.decode(data.subarray(0, Math.max(0, end)));
}

function afterNull(data: Uint8Array): Uint8Array {
  const at = data.indexOf(0);
  if (at === -1) throw damaged('has a text without an end');
  return data.subarray(at + 1);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
