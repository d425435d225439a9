import type { Frame } from '../../electron/contract/draw.ts';

/** RGB8 rows of a frame as the opaque RGBA8 rows a canvas takes. */
export function toRgba({ width, height, pixels }: Frame): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  // A byte at a time: a view of each pixel costs fifteen times as much, which is longer than a hand waits.
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    rgba[to] = pixels[from] ?? 0;
    rgba[to + 1] = pixels[from + 1] ?? 0;
    rgba[to + 2] = pixels[from + 2] ?? 0;
  }
  return rgba;
}
