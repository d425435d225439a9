/** Chunks of a WebP (RFC 9649, section 2) and the EXIF and XMP among them. */
import { count, MAX_PARTS } from './limits.ts';
import { type Statement, xmpPacket } from './xmp.ts';

const HEAD = 8;
/** `Exif` and two zeros. */
const JPEG_HEAD = 6;
const FIRST = 12;
const EXTENDED = 'VP8X';
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;
const latin1 = new TextDecoder('latin1');

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

export function isWebp(bytes: Uint8Array): boolean {
  return tag(bytes, 0) === 'RIFF' && tag(bytes, 8) === 'WEBP';
}

/** Whether a file begins as a WebP and has as many bytes as it says. */
export function isWholeWebp(bytes: Uint8Array): boolean {
  if (!isWebp(bytes)) return false;
  const { buffer, byteOffset, byteLength } = bytes;
  return new DataView(buffer, byteOffset, byteLength).getUint32(4, true) + HEAD === byteLength;
}

/** How many chunks there are, up to {@link MAX_PARTS}. */
export function countChunks(webp: Uint8Array): number {
  return count(readChunks(webp));
}

function* readChunks(webp: Uint8Array): Generator<Chunk> {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  let at = FIRST;
  for (let parts = 0; parts < MAX_PARTS && at + HEAD <= webp.length; parts += 1) {
    const length = view.getUint32(at + 4, true);
    const end = at + HEAD + length;
    if (end > webp.length) return;
    yield { type: tag(webp, at), data: webp.subarray(at + HEAD, end) };
    at = end + (length % 2);
  }
}

export function* readXmp(webp: Uint8Array): Generator<Uint8Array> {
  for (const { type, data } of readChunks(webp)) if (type === 'XMP ') yield data;
}

/** Some programs put in front of the block what a JPEG has there. */
export function* readExif(webp: Uint8Array): Generator<Uint8Array> {
  for (const { type, data } of readChunks(webp)) {
    if (type === 'EXIF') yield tag(data, 0) === 'Exif' ? data.subarray(JPEG_HEAD) : data;
  }
}

/** Puts EXIF and XMP behind the picture, where they belong, and tells of them in front of it. */
export function addWords(
  webp: Uint8Array,
  exif: Uint8Array | null,
  statement: Statement,
): Uint8Array<ArrayBuffer> {
  const chunks = [...readChunks(webp)];
  const header = extendedHeader(chunks);
  header[0] = (header[0] ?? 0) | XMP_FLAG | (exif ? EXIF_FLAG : 0);
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunk(EXTENDED, header),
    ...chunks.filter(({ type }) => type !== EXTENDED).map(({ type, data }) => chunk(type, data)),
    ...(exif ? [chunk('EXIF', exif)] : []),
    chunk('XMP ', Buffer.from(xmpPacket(statement), 'utf8')),
  ]);
  return new Uint8Array(chunk('RIFF', body));
}

/** A copy of the header that says what there is beside the picture, made where a plain picture has none. */
function extendedHeader(chunks: readonly Chunk[]): Buffer {
  const known = chunks.find(({ type }) => type === EXTENDED);
  if (known) return Buffer.from(known.data);
  // What the studio draws has no transparency: such a WebP holds one picture in VP8.
  const picture = chunks.find(({ type }) => type === 'VP8 ');
  if (!picture) throw new Error('This WebP has no picture in VP8.');
  const frame = Buffer.from(picture.data);
  const header = Buffer.alloc(10);
  // RFC 6386, section 9.1: the upper two bits of a side are for scaling.
  header.writeUIntLE((frame.readUInt16LE(6) & 0x3fff) - 1, 4, 3);
  header.writeUIntLE((frame.readUInt16LE(8) & 0x3fff) - 1, 7, 3);
  return header;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

function tag(bytes: Uint8Array, at: number): string {
  return latin1.decode(bytes.subarray(at, at + 4));
}
