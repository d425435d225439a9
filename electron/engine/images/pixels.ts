import sharp, { type Sharp } from 'sharp';
import type { RgbPicture } from './codec.ts';

/** RGB8 pixels as the start of a sharp pipeline. */
export function fromPixels({ width, height, data }: RgbPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The end of a sharp pipeline as RGB8 pixels. */
export async function toPixels(pipeline: Sharp): Promise<RgbPicture> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  // Never shared memory, whatever its type says.
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.length);
  return { width: info.width, height: info.height, data: bytes };
}
