import sharp, { type Metadata, type Sharp } from 'sharp';
import { StudioError } from '../../contract/errors.ts';
import type { PictureSize } from './codec.ts';
import { lacksOnlyItsEnd } from './truncated.ts';
import { countSegments } from './metadata/jpeg.ts';
import { MAX_PARTS } from './metadata/limits.ts';
import { countChunks, withoutTexts } from './metadata/png.ts';
import { countChunks as countWebpChunks } from './metadata/webp.ts';
import { fileBytes, fileHead, fileSize } from './picture-file.ts';
import { HEAD_BYTES, type Kind, kindOf } from './signatures.ts';

/** Larger files are refused unread. */
export const MAX_FILE_BYTES = 100_000_000;
/** Larger pictures are refused by what their header says, before any pixel is decoded. */
export const MAX_PIXELS = 100_000_000;
/**
 * The same for a JPEG that is scaled down while it is read, which takes an eighth of each side at once:
 * phones take photos of 108 and 200 megapixels. One that comes in passes has to be held whole.
 */
export const MAX_SCALED_PIXELS = 256_000_000;

/** What artists' pictures come in. SVG and PDF are programs for drawing, not pictures, and stay out. */
const READABLE = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif']);
const READABLE_NAMES = 'PNG, JPEG, WebP, GIF, TIFF or AVIF';

const PART_COUNTS: Readonly<Record<string, (bytes: Uint8Array) => number>> = {
  ...{ jpeg: countSegments, png: countChunks, webp: countWebpChunks },
};

/** An artist's picture that may be decoded: its size, kind and header have been looked at. */
export interface Source {
  /** Upright. */
  readonly size: PictureSize;
  /**
   * @param failOn `error` refuses real damage, but not the small errors of scans that browsers show
   *   without complaint; `none` decodes as far as it goes
   */
  readonly open: (failOn: 'error' | 'none') => Sharp;
  /** Whether no more is wrong with it than a missing end. */
  readonly lacksOnlyItsEnd: () => Promise<boolean>;
  /** The refusal of what turned out to be damaged. */
  readonly damaged: (cause?: unknown) => StudioError;
}

/**
 * @param scaled whether it will be scaled down while it is read
 * @throws StudioError as `ImageCodec.decode`
 */
export async function openSource(source: string | Uint8Array, scaled: boolean): Promise<Source> {
  await refuseLargeFile(source);
  const kind = await readKind(source);
  const bytes = typeof source === 'string' ? await fileBytes(source) : source;
  const damaged = (cause?: unknown) => damagedPicture(source, kind, cause);
  // Decoders take minutes and gigabytes for millions of empty ones.
  if ((PART_COUNTS[kind.format]?.(bytes) ?? 0) >= MAX_PARTS) throw damaged();
  const pixels = kind.format === 'png' ? withoutTexts(bytes) : bytes;
  const header = await sharp(pixels, { failOn: 'none', limitInputPixels: false })
    .metadata()
    .catch((thrown: unknown) => {
      throw damaged(thrown);
    });
  const limit = pixelLimit(header, scaled);
  refuseLargePicture(source, header, limit);
  const open = (failOn: 'error' | 'none') => {
    const picture = sharp(pixels, { failOn, limitInputPixels: limit });
    // Left alone, sharp takes 16 bits with a profile to Display P3, and keeps them there.
    return header.space === 'rgb16' ? picture.pipelineColourspace('srgb') : picture;
  };
  return {
    size: header.autoOrient,
    open,
    lacksOnlyItsEnd: () => lacksOnlyItsEnd(kind.format, open('none'), bytes),
    damaged,
  };
}

async function refuseLargeFile(source: string | Uint8Array): Promise<void> {
  const bytes = typeof source === 'string' ? await fileSize(source) : source.byteLength;
  if (bytes <= MAX_FILE_BYTES) return;
  throw new StudioError(
    'picture-too-large',
    `${nameOf(source)} has ${Math.round(bytes / 1e6)} MB. Use a picture of at most 100 MB.`,
    { details: { bytes } },
  );
}

/** By what it holds, since names lie; nothing else reaches a decoder. */
async function readKind(source: string | Uint8Array): Promise<Kind> {
  const head =
    typeof source === 'string'
      ? await fileHead(source, HEAD_BYTES)
      : source.subarray(0, HEAD_BYTES);
  const kind = kindOf(head);
  if (kind && READABLE.has(kind.format)) return kind;
  throw new StudioError(
    'picture-unreadable',
    kind
      ? `${nameOf(source)} is ${kind.name}. The studio reads ${READABLE_NAMES}. ${kind.advice}`
      : `${typeof source === 'string' ? source : 'This file'} holds no picture. Use a ${READABLE_NAMES}.`,
    kind ? { details: { format: kind.format } } : {},
  );
}

function pixelLimit({ format, isProgressive = false }: Metadata, scaled: boolean): number {
  return scaled && format === 'jpeg' && !isProgressive ? MAX_SCALED_PIXELS : MAX_PIXELS;
}

function refuseLargePicture(
  source: string | Uint8Array,
  { width, height }: Metadata,
  limit: number,
): void {
  if (width * height <= limit) return;
  throw new StudioError(
    'picture-too-large',
    `${nameOf(source)} has ${width} × ${height} pixels. Scale it down to at most ` +
      `${limit / 1e6} megapixels.`,
    { details: { width, height } },
  );
}

function damagedPicture(
  source: string | Uint8Array,
  { format, name }: Kind,
  cause?: unknown,
): StudioError {
  return new StudioError(
    'picture-unreadable',
    `${nameOf(source)} is ${name}, but it is damaged or a part of it is missing. Fetch or copy it ` +
      'again, or open it in a picture viewer and save it as PNG.',
    { cause, details: { format } },
  );
}

function nameOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : 'The picture';
}
