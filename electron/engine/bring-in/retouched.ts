import type { ImageCodec, RgbPicture } from '../images/codec.ts';

/** Pictures are compared where one pixel stands for so many, on a side: what formats lose is hardly seen there. */
const SCALE = 8;
/** And at no more than this side, in pixels. */
const MOST_SIDE = 32;
/**
 * The largest difference of a colour there, of 255, that another file of the same picture has. Measured on portraits
 * of the default pack: JPEG and AVIF at quality 30 differ by up to 13, WebP by 21, half and four times the size by 14;
 * a square of a sixteenth of the side that is 60 darker or lighter, by 41 at the least.
 */
const MOST_LOST = 24;

/**
 * Whether a picture shows something else than the portrait it says it is: it was painted over, cropped or recoloured.
 * Either may have been through formats and sizes that lose something.
 */
export async function isRetouched(
  picture: RgbPicture,
  portrait: RgbPicture,
  codec: ImageCodec,
): Promise<boolean> {
  const sides = [picture, portrait].map(({ width, height }) => Math.max(width, height));
  const side = Math.max(1, Math.min(MOST_SIDE, Math.floor(Math.min(...sides) / SCALE)));
  const [small, original] = await Promise.all([
    codec.resize(picture, side),
    codec.resize(portrait, side),
  ]);
  if (small.width !== original.width || small.height !== original.height) return true;
  return small.data.some((value, at) => Math.abs(value - (original.data[at] ?? 0)) > MOST_LOST);
}
