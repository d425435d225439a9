import sharp, { type Sharp } from 'sharp';
import type { PictureFormat } from '../../contract/formats.ts';
import { animate, join } from './animation.ts';
import type { EncodeOptions, ImageCodec, PictureSize, RgbPicture } from './codec.ts';
import { fromPixels, toPixels } from './pixels.ts';
import { openSource } from './source.ts';

// A portrait is read or written once; libvips' cache would only grow.
sharp.cache(false);

const DEFAULT_QUALITY = 90;
/** Of PNG: a tenth larger than the usual 6, in little more than half its time. */
const COMPRESSION = 2;
/** Of AVIF: a fifth of the time that the usual 4 takes, for some percent more bytes. */
const AVIF_EFFORT = 2;
const THUMBNAIL_QUALITY = 82;

/** The image codec on sharp (libvips). Crashes inside Electron on Linux: run it in a plain process. */
export const sharpCodec: ImageCodec = {
  ...{
    decode,
    measure,
    encode,
    resize,
    drawSvg,
    encodeTransparent,
    trace,
    thumbnail,
    animate,
    join,
  },
};

async function decode(source: string | Uint8Array, maxSide?: number): Promise<RgbPicture> {
  const { open, lacksOnlyItsEnd, damaged } = await openSource(source, maxSide !== undefined);
  try {
    return await toPixels(upright(open('error'), maxSide));
  } catch (thrown) {
    if (!(await lacksOnlyItsEnd())) throw damaged(thrown);
    return toPixels(upright(open('none'), maxSide));
  }
}

function upright(picture: Sharp, maxSide: number | undefined): Sharp {
  const turned = picture.autoOrient().flatten({ background: 'white' }).toColourspace('srgb');
  if (maxSide === undefined) return turned;
  return turned.resize({
    width: maxSide,
    height: maxSide,
    fit: 'inside',
    withoutEnlargement: true,
  });
}

/** What traces is loaded by those who want a drawing. */
async function trace(...asked: Parameters<ImageCodec['trace']>): Promise<string> {
  const tracing = await import('./trace.ts');
  return tracing.trace(...asked);
}

async function measure(source: string | Uint8Array): Promise<PictureSize> {
  const { width, height } = (await openSource(source, true)).size;
  return { width, height };
}

function encode(picture: RgbPicture, format: PictureFormat, options: EncodeOptions = {}) {
  const { quality = DEFAULT_QUALITY } = options;
  return toBytes(ENCODERS[format](fromPixels(picture), quality));
}

const ENCODERS: Record<PictureFormat, (pixels: Sharp, quality: number) => Sharp> = {
  png: (pixels) => pixels.png({ compressionLevel: COMPRESSION }),
  jpeg: (pixels, quality) => tagged(pixels).jpeg({ quality, chromaSubsampling: '4:4:4' }),
  webp: (pixels, quality) => tagged(pixels).webp({ quality }),
  avif: (pixels, quality) => tagged(pixels).avif({ quality, effort: AVIF_EFFORT }),
};

/** Says of the colours which they are. PNG has a chunk for that (metadata/png.ts). */
function tagged(pixels: Sharp): Sharp {
  return pixels.withIccProfile('srgb');
}

function resize(picture: RgbPicture, side: number): Promise<RgbPicture> {
  const scaled = fromPixels(picture).resize({
    width: side,
    height: side,
    fit: 'inside',
    kernel: 'lanczos3',
  });
  return toPixels(scaled);
}

function encodeTransparent(picture: RgbPicture, alpha: Uint8Array<ArrayBuffer>) {
  const { width, height } = picture;
  const opacity = { raw: { width, height, channels: 1 as const } };
  const joined = fromPixels(picture).joinChannel(Buffer.from(alpha), opacity);
  return toBytes(joined.png({ compressionLevel: COMPRESSION }));
}

function drawSvg(svg: string): Promise<RgbPicture> {
  // Pictures in it make it longer than what is allowed of strangers.
  const drawn = sharp(Buffer.from(svg), { unlimited: true, limitInputPixels: false });
  return toPixels(drawn.flatten({ background: 'white' }).toColourspace('srgb'));
}

function thumbnail(picture: RgbPicture, maxSide: number) {
  const scaled = fromPixels(picture).resize({
    width: maxSide,
    height: maxSide,
    fit: 'inside',
    withoutEnlargement: true,
  });
  // Half the time of the default effort; some hundred bytes more.
  return toBytes(scaled.webp({ quality: THUMBNAIL_QUALITY, effort: 0 }));
}

async function toBytes(pipeline: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await pipeline.toBuffer());
}
