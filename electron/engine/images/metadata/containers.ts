import type { PictureFormat } from '../../../contract/formats.ts';
import * as avif from './avif.ts';
import * as jpeg from './jpeg.ts';
import * as webp from './webp.ts';
import type { Statement } from './xmp.ts';

/** A format that keeps words as EXIF and XMP. */
export interface Container {
  readonly is: (picture: Uint8Array) => boolean;
  readonly readExif: (picture: Uint8Array) => Iterable<Uint8Array>;
  readonly readXmp: (picture: Uint8Array) => Iterable<Uint8Array>;
  readonly addWords: (
    picture: Uint8Array,
    exif: Uint8Array | null,
    statement: Statement,
  ) => Uint8Array<ArrayBuffer>;
}

/** Of every format but PNG, whose texts hold the story. */
const CONTAINERS: Record<Exclude<PictureFormat, 'png'>, Container> = {
  jpeg: { ...jpeg, is: jpeg.isJpeg },
  webp: { ...webp, is: webp.isWebp },
  avif: { ...avif, is: avif.isAvif },
};

/** Undefined for a PNG, and for what has no words that are read. */
export function containerOf(picture: Uint8Array): Container | undefined {
  return Object.values(CONTAINERS).find(({ is }) => is(picture));
}
