/** Segments of a JPEG (ITU-T T.81, annex B) and the EXIF and XMP in them (XMP specification part 3, 1.1.3). */
import { createHash } from 'node:crypto';
import { count, damaged, MAX_PARTS, MAX_XMP_BYTES } from './limits.ts';
import { isOurs, recipePacket, type Statement, xmpPacket } from './xmp.ts';

const START = 0xd8;
const END = 0xd9;
const START_OF_SCAN = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
/** Marker and length. */
const HEAD = 4;
/** Most bytes of a segment's data: its length counts itself. */
const MAX_DATA = 0xffff - 2;

const EXIF = Buffer.from('Exif\0\0', 'latin1');
const XMP = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
const EXTENSION = Buffer.from('http://ns.adobe.com/xmp/extension/\0', 'latin1');
/** After its name an extension says which packet it is of, how long that is, and where this piece belongs. */
const GUID = 32;
const EXTENSION_HEAD = EXTENSION.length + GUID + 4 + 4;

interface Segment {
  readonly marker: number;
  readonly data: Uint8Array;
  /** Where the next one begins. */
  readonly end: number;
}

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === START && bytes[2] === 0xff;
}

/** How many segments there are in front of the picture, up to {@link MAX_PARTS}. */
export function countSegments(jpeg: Uint8Array): number {
  return count(readSegments(jpeg));
}

/** The segments in front of the picture. */
function* readSegments(jpeg: Uint8Array): Generator<Segment> {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let at = 2;
  for (let parts = 0; parts < MAX_PARTS && at + HEAD <= jpeg.length; parts += 1) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === START_OF_SCAN || marker === END) return;
    if (marker === 0xff) {
      // A byte that fills.
      at += 1;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (end < at + HEAD || end > jpeg.length) return;
    yield { marker, data: jpeg.subarray(at + HEAD, end), end };
    at = end;
  }
}

/** The EXIF blocks of a JPEG. */
export function* readExif(jpeg: Uint8Array): Generator<Uint8Array> {
  for (const { marker, data } of readSegments(jpeg)) {
    if (marker === APP1 && startsWith(data, EXIF)) yield data.subarray(EXIF.length);
  }
}

/** The XMP packets of a JPEG: the one that stands alone, and what goes on with it. */
export function* readXmp(jpeg: Uint8Array): Generator<Uint8Array> {
  const parts = [...readSegments(jpeg)].flatMap(({ marker, data }) =>
    marker === APP1 ? [data] : [],
  );
  const main = parts.find((data) => startsWith(data, XMP))?.subarray(XMP.length);
  if (!main) return;
  yield main;
  const named = /HasExtendedXMP[^0-9A-F]{1,9}([0-9A-F]{32})/.exec(
    latin1.decode(main.subarray(0, MAX_DATA)),
  );
  const guid = named?.[1];
  if (guid !== undefined) yield* extensionNamed(guid, parts);
}

function* extensionNamed(guid: string, parts: readonly Uint8Array[]): Generator<Uint8Array> {
  const pieces = parts
    .filter((data) => startsWith(data, EXTENSION) && data.length >= EXTENSION_HEAD)
    .map((data) => ({
      guid: latin1.decode(data.subarray(EXTENSION.length, EXTENSION.length + GUID)),
      offset: Buffer.from(data).readUInt32BE(EXTENSION_HEAD - 4),
      bytes: data.subarray(EXTENSION_HEAD),
    }))
    .filter((piece) => piece.guid === guid)
    .sort((a, b) => a.offset - b.offset);
  const packet = Buffer.concat(pieces.map(({ bytes }) => bytes));
  if (packet.length === 0) throw damaged('has lost a part of what it says');
  if (packet.length <= MAX_XMP_BYTES && isOurs(packet) && md5(packet) !== guid) {
    throw damaged('has lost a part of what it says');
  }
  yield packet;
}

/** Puts EXIF and XMP where readers look for them, before the picture. What does not fit one packet goes on in others. */
export function addWords(
  jpeg: Uint8Array,
  exif: Uint8Array | null,
  statement: Statement,
): Uint8Array<ArrayBuffer> {
  const [first] = readSegments(jpeg);
  // JFIF asks for the first place, EXIF for the next.
  const at = first?.marker === APP0 ? first.end : 2;
  return new Uint8Array(
    Buffer.concat([
      jpeg.subarray(0, at),
      ...(exif ? [segment(EXIF, exif)] : []),
      ...xmpSegments(statement),
      jpeg.subarray(at),
    ]),
  );
}

function xmpSegments(statement: Statement): Buffer[] {
  const whole = Buffer.from(xmpPacket(statement), 'utf8');
  if (XMP.length + whole.length <= MAX_DATA) return [segment(XMP, whole)];
  const { recipe = '', ...brief } = statement;
  const extension = Buffer.from(recipePacket(recipe), 'utf8');
  const guid = md5(extension);
  const main = Buffer.from(xmpPacket({ ...brief, extension: guid }), 'utf8');
  return [segment(XMP, main), ...extensionSegments(extension, guid)];
}

function extensionSegments(packet: Buffer, guid: string): Buffer[] {
  const most = MAX_DATA - EXTENSION_HEAD;
  return Array.from({ length: Math.ceil(packet.length / most) }, (_, piece) => {
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(packet.length, 0);
    numbers.writeUInt32BE(piece * most, 4);
    const head = Buffer.concat([EXTENSION, Buffer.from(guid, 'latin1'), numbers]);
    return segment(head, packet.subarray(piece * most, (piece + 1) * most));
  });
}

function segment(head: Buffer, data: Uint8Array): Buffer {
  const marker = Buffer.from([0xff, APP1, 0, 0]);
  marker.writeUInt16BE(2 + head.length + data.length, 2);
  return Buffer.concat([marker, head, data]);
}

const latin1 = new TextDecoder('latin1');

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase();
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  return head.every((byte, index) => bytes[index] === byte);
}
