/** Items of an AVIF (ISO/IEC 23008-12) and the EXIF and XMP among them. */
import { type Box, box, Cursor, readBoxes, uint } from './boxes.ts';
import { MAX_XMP_BYTES } from './limits.ts';
import { type Statement, xmpPacket } from './xmp.ts';

const XMP_TYPE = 'application/rdf+xml';
const EXIF_TYPE = 'Exif';
/** Version and flags. */
const FULL = 4;
/** Where things lie takes some hundred bytes; more than this is not looked through. */
const MAX_META_BYTES = 1_000_000;
/** Construction methods: from the beginning of the file, or within `idat`. */
const IN_FILE = 0;
const IN_IDAT = 1;

interface Item {
  readonly id: number;
  /** A four-letter type, or for `mime` its media type. */
  readonly type: string;
}

interface Extent {
  readonly offset: number;
  readonly length: number;
}

interface Location {
  readonly id: number;
  readonly method: number;
  readonly extents: readonly Extent[];
}

export function isAvif(bytes: Uint8Array): boolean {
  const [first] = readBoxes(bytes.subarray(0, 1_024));
  return first?.type === 'ftyp' && /avi[fs]/.test(Buffer.from(first.content).toString('latin1'));
}

export function readXmp(avif: Uint8Array): Generator<Uint8Array> {
  return readItem(avif, XMP_TYPE);
}

/** The block begins where a number in front of it says. */
export function* readExif(avif: Uint8Array): Generator<Uint8Array> {
  for (const content of readItem(avif, EXIF_TYPE)) {
    if (content.length > 4) yield content.subarray(4 + Buffer.from(content).readUInt32BE());
  }
}

function* readItem(avif: Uint8Array, wanted: string): Generator<Uint8Array> {
  try {
    const meta = metaOf(avif);
    if (!meta) return;
    const item = itemsOf(meta).find(({ type }) => type === wanted);
    const location = locationsOf(meta).find(({ id }) => id === item?.id);
    if (location) yield contentOf(location, meta, avif);
  } catch (thrown) {
    // It ends before what it says is there: then nothing is there.
    if (!(thrown instanceof RangeError)) throw thrown;
  }
}

type Meta = ReadonlyMap<string, Box>;

function metaOf(avif: Uint8Array): Meta | null {
  for (const { type, content } of readBoxes(avif)) {
    if (type !== 'meta') continue;
    if (content.length > MAX_META_BYTES) return null;
    return new Map([...readBoxes(content.subarray(FULL))].map((child) => [child.type, child]));
  }
  return null;
}

function itemsOf(meta: Meta): Item[] {
  const content = meta.get('iinf')?.content ?? new Uint8Array();
  const wide = content[0] !== 0;
  return [...readBoxes(content.subarray(FULL + (wide ? 4 : 2)))].flatMap(({ type, content }) =>
    type === 'infe' ? itemOf(content) : [],
  );
}

/** Versions before 2 have no types and belong to other kinds of file. */
function itemOf(content: Uint8Array): Item[] {
  const entry = new Cursor(content);
  const version = entry.uint(1);
  entry.uint(3);
  if (version < 2) return [];
  const id = entry.uint(version === 2 ? 2 : 4);
  entry.uint(2);
  const type = entry.tag();
  entry.text();
  return [{ id, type: type === 'mime' ? entry.text() : type }];
}

function locationsOf(meta: Meta): Location[] {
  const table = new Cursor(meta.get('iloc')?.content ?? new Uint8Array());
  const version = table.uint(1);
  table.uint(3);
  const [offsets, lengths] = nibbles(table.uint(1));
  const [bases, indices] = nibbles(table.uint(1));
  // Extents without a length would be no bytes of the table, and endlessly many.
  if (![4, 8].includes(lengths)) throw new RangeError('Extents need a length.');
  return Array.from({ length: table.uint(version < 2 ? 2 : 4) }, () => {
    const id = table.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? IN_FILE : table.uint(2) & 0xf;
    table.uint(2);
    const base = table.uint(bases);
    const extents = Array.from({ length: table.uint(2) }, () => {
      if (version > 0) table.uint(indices);
      return { offset: base + table.uint(offsets), length: table.uint(lengths) };
    });
    return { id, method, extents };
  });
}

function nibbles(byte: number): [high: number, low: number] {
  return [byte >>> 4, byte & 0xf];
}

/** The bytes of an item; of one that is too long no more than it takes to tell. */
function contentOf({ method, extents }: Location, meta: Meta, avif: Uint8Array): Uint8Array {
  const source = method === IN_IDAT ? (meta.get('idat')?.content ?? new Uint8Array()) : avif;
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const extent of extents) {
    if (length > MAX_XMP_BYTES) break;
    const part = source.subarray(extent.offset, extent.offset + extent.length);
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts, Math.min(length, MAX_XMP_BYTES + 1));
}

/**
 * Adds EXIF and XMP as items. What they hold comes to the end of the file, and what lies behind the list
 * of items moves by as much as that grows.
 */
export function addWords(
  avif: Uint8Array,
  exif: Uint8Array | null,
  statement: Statement,
): Uint8Array<ArrayBuffer> {
  const boxes = [...readBoxes(avif)];
  const old = boxes.find(({ type }) => type === 'meta');
  const meta = metaOf(avif);
  if (!old || !meta) throw new Error('This AVIF has no list of items.');
  const words = [
    // The EXIF begins right behind the number that says where it begins.
    ...(exif ? [{ type: EXIF_TYPE, bytes: Buffer.concat([uint(4, 0), exif]) }] : []),
    { type: XMP_TYPE, bytes: Buffer.from(xmpPacket(statement), 'utf8') },
  ];
  const draft = metaWith(words, { meta, old, growth: 0, end: 0 });
  const growth = draft.length - old.bytes.length;
  // Of the same length as the draft: numbers in it do not depend on their size.
  const grown = metaWith(words, { meta, old, growth, end: avif.length + growth + 8 });
  const parts = boxes.map(({ type, bytes }) => (type === 'meta' ? grown : bytes));
  return new Uint8Array(Buffer.concat([...parts, box('mdat', ...words.map(({ bytes }) => bytes))]));
}

interface Words {
  /** As of {@link Item}. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

interface Growth {
  readonly meta: Meta;
  readonly old: Box;
  /** By how much the list of items grows. */
  readonly growth: number;
  /** Where the new content begins. */
  readonly end: number;
}

function metaWith(words: readonly Words[], { meta, old, growth, end }: Growth): Buffer {
  const ids = words.map((_, index) => 1 + index + Math.max(...itemsOf(meta).map(({ id }) => id)));
  let at = end;
  const added = words.map(({ bytes }, index): Location => {
    const extent = { offset: at, length: bytes.length };
    at += bytes.length;
    return { id: ids[index] ?? 0, method: IN_FILE, extents: [extent] };
  });
  const moved = locationsOf(meta).map((location) =>
    location.method === IN_FILE ? moveBehind(old.start, growth, location) : location,
  );
  const replaced: Readonly<Record<string, Buffer>> = {
    iloc: locationTable([...moved, ...added]),
    iinf: itemTable(meta, words, ids),
  };
  const kept = [...meta.values()].filter(({ type }) => type !== 'iref');
  return box(
    'meta',
    uint(FULL, 0),
    ...kept.map(({ type, bytes }) => replaced[type] ?? bytes),
    references(meta, ids),
  );
}

function moveBehind(start: number, growth: number, location: Location): Location {
  const extents = location.extents.map(({ offset, length }) => ({
    offset: offset > start ? offset + growth : offset,
    length,
  }));
  return { ...location, extents };
}

function locationTable(locations: readonly Location[]): Buffer {
  const entries = locations.map(({ id, method, extents }) =>
    Buffer.concat([
      ...[uint(2, id), uint(2, method), uint(2, 0), uint(2, extents.length)],
      ...extents.map(({ offset, length }) => Buffer.concat([uint(4, offset), uint(4, length)])),
    ]),
  );
  // Version 1; offsets and lengths of four bytes, no bases and no indices.
  return box('iloc', uint(4, 0x0100_0000), uint(2, 0x4400), uint(2, locations.length), ...entries);
}

function itemTable(meta: Meta, words: readonly Words[], ids: readonly number[]): Buffer {
  const known = [...readBoxes((meta.get('iinf')?.content ?? new Uint8Array()).subarray(FULL + 2))];
  const entries = words.map(({ type }, index) => {
    const head = [uint(4, 0x0200_0000), uint(2, ids[index] ?? 0), uint(2, 0)];
    return type.length === 4
      ? box('infe', ...head, Buffer.from(`${type}\0`, 'latin1'))
      : box('infe', ...head, Buffer.from(`mime\0${type}\0`, 'latin1'));
  });
  const all = [...known.map(({ bytes }) => bytes), ...entries];
  return box('iinf', uint(FULL, 0), uint(2, all.length), ...all);
}

/** Says that the items describe the picture. */
function references(meta: Meta, ids: readonly number[]): Buffer {
  const known = (meta.get('iref')?.content ?? new Uint8Array()).subarray(FULL);
  const picture = Buffer.from(meta.get('pitm')?.content ?? []).readUInt16BE(FULL);
  const added = ids.map((id) => box('cdsc', uint(2, id), uint(2, 1), uint(2, picture)));
  return box('iref', uint(FULL, 0), known, ...added);
}
