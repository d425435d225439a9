/**
 * EXIF with a licence and a user comment, this in the form that AUTOMATIC1111's web UI gave it and that sites
 * such as Civitai look for in pictures that are no PNGs.
 */

/** Most UTF-16 units, so that the block fits a JPEG's segment; the studio's prompts are far shorter. */
const MAX_COMMENT = 32_000;

/** The whole licence stands in XMP. */
const MAX_COPYRIGHT = 1_000;

/** TIFF 6.0, section 2, big-endian. */
const HEADER = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8] as const;
const ENTRY = 12;
const LONG = 4;
const UNDEFINED = 7;
const ASCII = 2;
const COPYRIGHT = 0x8298;
const EXIF_IFD = 0x8769;
const EXIF_VERSION = 0x9000;
const USER_COMMENT = 0x9286;

/** A TIFF structure that holds the comment, and the licence where there is one. */
export function exifBlock(comment: string, license?: string): Uint8Array {
  const text = userComment(comment.slice(0, MAX_COMMENT));
  const rights = license === undefined ? [] : [copyright(license)];
  const exifAt = HEADER.length + directorySize(1 + rights.length);
  const rightsAt = exifAt + directorySize(2);
  const textAt = rightsAt + Buffer.concat(rights).length;
  return Buffer.concat([
    Buffer.from(HEADER),
    directory([
      ...rights.map(({ length }) => {
        return { tag: COPYRIGHT, type: ASCII, count: length, value: uint32(rightsAt) };
      }),
      { tag: EXIF_IFD, type: LONG, count: 1, value: uint32(exifAt) },
    ]),
    directory([
      { tag: EXIF_VERSION, type: UNDEFINED, count: 4, value: Buffer.from('0232', 'latin1') },
      { tag: USER_COMMENT, type: UNDEFINED, count: text.length, value: uint32(textAt) },
    ]),
    ...rights,
    text,
  ]);
}

/** TIFF 6.0, section 8: ASCII with a zero at its end. One of four bytes or less would stand in its entry. */
function copyright(license: string): Buffer {
  const ascii = license
    .normalize('NFKD')
    .slice(0, MAX_COPYRIGHT)
    .replace(/[^\x20-\x7e]/g, '?');
  return Buffer.from(`${ascii.padEnd(4)}\0`, 'latin1');
}

/** Exif 2.32, 4.6.5: eight bytes name the encoding; UTF-16 goes by the byte order of the block. */
function userComment(comment: string): Buffer {
  const text = Buffer.from(comment, 'utf16le').swap16();
  return Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), text]);
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Four bytes: the value itself, or where it lies. */
  readonly value: Buffer;
}

function directorySize(entries: number): number {
  return 2 + entries * ENTRY + 4;
}

/** The last one of its kind: no other follows. */
function directory(entries: readonly Entry[]): Buffer {
  const fields = entries.map(({ tag, type, count, value }) =>
    Buffer.concat([uint16(tag), uint16(type), uint32(count), value]),
  );
  return Buffer.concat([uint16(entries.length), ...fields, uint32(0)]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >>> 8, value & 0xff]);
}

function uint32(value: number): Buffer {
  return Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)]);
}
