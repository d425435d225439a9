import type { Frame } from '../../electron/contract/draw.ts';

/** RGB8 rows of a frame as the opaque RGBA8 rows a canvas takes. */
export function toRgba({ width, height, pixels }: Frame): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    rgba.set(pixels.subarray(from, from + 3), to);
  }
  return rgba;
}
