import { stat } from 'node:fs/promises';
import sharp, { type Sharp, type SharpInput, type SharpOptions } from 'sharp';
import { StudioError } from '../../contract/errors.ts';
import { storageErrorCode } from '../storage/errors.ts';

/** Larger files are refused unread. */
export const MAX_FILE_BYTES = 100_000_000;
/** Larger pictures are refused by what their header says, before any pixel is decoded. */
export const MAX_PIXELS = 100_000_000;

/** What artists' pictures come in. SVG and PDF are programs for drawing, not pictures, and stay out. */
const READABLE = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);

/** Opens an artist's picture after looking at its size, kind and header. */
export async function openPicture(source: string | Uint8Array): Promise<Sharp> {
  await refuseLargeFile(source);
  const { format, width, height, space } = await readHeader(source);
  if (!READABLE.has(format)) throw unreadable(source);
  if (width * height > MAX_PIXELS) {
    throw new StudioError(
      'picture-too-large',
      `${nameOf(source)} has ${width} × ${height} pixels. Scale it down to at most 100 megapixels.`,
      { details: { width, height } },
    );
  }
  // Scans that browsers show without complaint hold small errors; only real damage is refused.
  const picture = open(source, { failOn: 'error', limitInputPixels: MAX_PIXELS });
  // Left alone, sharp takes 16 bits with a profile to Display P3, and keeps them there.
  return space === 'rgb16' ? picture.pipelineColourspace('srgb') : picture;
}

/** The refusal of something that is no picture, or a damaged one. */
export function unreadable(source: string | Uint8Array, cause?: unknown): StudioError {
  return new StudioError(
    'picture-unreadable',
    `${nameOf(source)} is not a picture that can be read. Use a PNG, JPEG, WebP, GIF, TIFF or AVIF.`,
    { cause },
  );
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

async function fileSize(file: string): Promise<number> {
  try {
    const status = await stat(file);
    if (!status.isFile()) throw unreadable(file);
    return status.size;
  } catch (thrown) {
    if (storageErrorCode(thrown) !== 'file-not-found') throw thrown;
    throw new StudioError('file-not-found', `There is no picture at ${file}.`, { cause: thrown });
  }
}

async function readHeader(
  source: string | Uint8Array,
): Promise<{ format: string; width: number; height: number; space: string }> {
  try {
    return await open(source, { limitInputPixels: false }).metadata();
  } catch (thrown) {
    throw unreadable(source, thrown);
  }
}

function open(source: SharpInput, options: SharpOptions): Sharp {
  return sharp(source, options);
}

function nameOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : 'The picture';
}
