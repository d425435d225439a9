/** What a file is by its first bytes, whatever it is called: the true reason why it is no picture here. */

interface Signature {
  /** Kept in the details of the refusal. */
  readonly format: string;
  /** How artists call it, with an article. */
  readonly name: string;
  readonly matches: (head: Uint8Array) => boolean;
  /** What to do instead; by default, to save it as a picture that is read. */
  readonly advice?: string;
}

/** How many bytes tell. */
export const HEAD_BYTES = 1_024;

const EXPORT_IT = 'Open it in the program it came from and export it as PNG or JPEG.';
const SAVE_IT = 'Open it in a picture viewer or editor and save it as PNG or JPEG.';
const NO_PICTURE = 'Choose a PNG, JPEG, WebP, GIF, TIFF or AVIF.';

/** The first that matches is meant. Ends of names are of no account. */
const SIGNATURES: readonly Signature[] = [
  // What can be read, and so is damaged where it was not.
  { format: 'jpeg', name: 'a JPEG', matches: starts('\xff\xd8\xff') },
  { format: 'png', name: 'a PNG', matches: starts('\x89PNG') },
  { format: 'gif', name: 'a GIF', matches: starts('GIF8') },
  { format: 'webp', name: 'a WebP', matches: (head) => riffKind(head) === 'WEBP' },
  { format: 'avif', name: 'an AVIF', matches: hasBrand(/^avi[fs]/) },
  {
    format: 'raw',
    name: 'a raw photo of a camera',
    matches: (head) =>
      ['II*\0\x10\0\0\0CR', 'FUJIFILMCCD-RAW', 'IIRO', 'IIRS', 'MMOR', 'IIU\0'].some((start) =>
        starts(start)(head),
      ) || hasBrand(/^crx /)(head),
    advice: 'Develop it in your photo program and export it as JPEG.',
  },
  {
    format: 'jxr',
    name: 'a JPEG XR',
    matches: starts('II\xbc'),
  },
  { format: 'tiff', name: 'a TIFF', matches: startsWithOne('II*\0', 'MM\0*', 'II+\0', 'MM\0+') },
  // What cannot.
  {
    format: 'heic',
    name: 'a HEIC, as iPhones take photos',
    matches: hasBrand(/^(he[ivm][cxs]|hev[cmsx]|mif[12]|msf1)/),
    advice:
      'Save a copy as JPEG: share it or export it from the photo program, or let the phone take ' +
      'photos in the “Most Compatible” format (Settings, Camera, Formats).',
  },
  {
    format: 'jxl',
    name: 'a JPEG XL',
    matches: startsWithOne('\xff\x0a', '\0\0\0\x0cJXL \r\n\x87\n'),
  },
  {
    format: 'jp2',
    name: 'a JPEG 2000',
    matches: startsWithOne('\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'),
  },
  { format: 'bmp', name: 'a BMP', matches: isBmp },
  { format: 'ico', name: 'an icon (ICO)', matches: isIcon },
  { format: 'psd', name: 'a Photoshop document', matches: starts('8BPS'), advice: EXPORT_IT },
  { format: 'xcf', name: 'a GIMP document', matches: starts('gimp xcf'), advice: EXPORT_IT },
  { format: 'exr', name: 'an OpenEXR', matches: starts('v/1\x01'), advice: EXPORT_IT },
  { format: 'hdr', name: 'a Radiance HDR', matches: starts('#?R'), advice: EXPORT_IT },
  { format: 'dds', name: 'a DDS texture', matches: starts('DDS '), advice: EXPORT_IT },
  { format: 'qoi', name: 'a QOI', matches: starts('qoif') },
  { format: 'pnm', name: 'a PPM, PGM or PBM', matches: (head) => /^P[1-7]\s/.test(text(head)) },
  { format: 'eps', name: 'PostScript', matches: startsWithOne('%!PS', '\xc5\xd0\xd3\xc6') },
  { format: 'pdf', name: 'a PDF', matches: starts('%PDF'), advice: EXPORT_IT },
  {
    format: 'svg',
    name: 'an SVG, which is a drawing and not pixels',
    matches: (head) => /<svg[\s>]/i.test(text(head)),
    advice: 'Open it in a browser or drawing program and export it as PNG.',
  },
  {
    format: 'html',
    name: 'a web page, and not the picture on it',
    matches: (head) => /^\s*(<!doctype html|<html)/i.test(text(head)),
    advice: 'Save the picture itself: “Save image as…” in the browser.',
  },
  {
    format: 'lfs',
    name: 'a Git LFS pointer, and not the picture it points to',
    matches: starts('version https://git-lfs'),
    advice: 'Fetch the file itself with “git lfs pull”.',
  },
  {
    format: 'video',
    name: 'a film',
    matches: (head) =>
      startsWithOne('\x1aE\xdf\xa3')(head) || riffKind(head) === 'AVI ' || hasBrand(/./)(head),
    advice: 'Save one picture of it as PNG or JPEG.',
  },
  {
    format: 'zip',
    name: 'an archive',
    matches: startsWithOne('PK\x03\x04', '7z\xbc\xaf', 'Rar!', '\x1f\x8b'),
  },
];

/** What a file is, and what to do where that is no picture that is read. */
export interface Kind {
  readonly format: string;
  readonly name: string;
  readonly advice: string;
}

/** @param head the first {@link HEAD_BYTES} bytes of a file, or all there are */
export function kindOf(head: Uint8Array): Kind | null {
  if (head.length === 0) return { format: 'empty', name: 'an empty file', advice: NO_PICTURE };
  const found = SIGNATURES.find(({ matches }) => matches(head));
  return found ? { advice: SAVE_IT, ...found } : null;
}

function starts(letters: string): (head: Uint8Array) => boolean {
  const bytes = Buffer.from(letters, 'latin1');
  return (head) => bytes.every((byte, index) => head[index] === byte);
}

function startsWithOne(...all: readonly string[]): (head: Uint8Array) => boolean {
  const tests = all.map(starts);
  return (head) => tests.some((matches) => matches(head));
}

function riffKind(head: Uint8Array): string {
  return starts('RIFF')(head) ? text(head.subarray(8, 12)) : '';
}

/** A file of ISO base media says first which kinds of reader can read it: brands of four letters. */
function hasBrand(pattern: RegExp): (head: Uint8Array) => boolean {
  return (head) => brandsOf(head).some((brand) => pattern.test(brand));
}

function brandsOf(head: Uint8Array): string[] {
  const all = text(head);
  if (all.slice(4, 8) !== 'ftyp') return [];
  const length = Buffer.from(head.subarray(0, 4)).readUInt32BE();
  // Between the first and the others stands a version.
  return [all.slice(8, 12), ...(all.slice(16, length).match(/.{4}/gs) ?? [])];
}

/** Icons and pointers, and how many there are in it; a TGA begins like one of none. */
function isIcon(head: Uint8Array): boolean {
  const isKind = startsWithOne('\0\0\x01\0', '\0\0\x02\0')(head);
  return isKind && ((head[4] ?? 0) > 0 || (head[5] ?? 0) > 0);
}

/** Two letters are not enough: the size of its header follows at 14. */
function isBmp(head: Uint8Array): boolean {
  return starts('BM')(head) && [12, 16, 40, 52, 56, 64, 108, 124].includes(head[14] ?? 0);
}

function text(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
}
