/**
 * Planar floats to interleaved RGB8: [count, 3, height, width] in `range` → count × height × width × 3,
 * values outside `range` clamped.
 */
export function toRgb8(
  planes: Float32Array | Uint8Array,
  count: number,
  area: number,
  [black, white]: readonly [number, number],
): Uint8Array<ArrayBuffer> {
  // Stores into a clamped array round half to even and clamp, as the formula asks.
  const pixels = new Uint8ClampedArray(count * area * 3);
  const scale = 255 / (white - black);
  for (let picture = 0; picture < count; picture++) {
    for (let channel = 0; channel < 3; channel++) {
      const plane = (picture * 3 + channel) * area;
      let target = picture * area * 3 + channel;
      for (let i = plane; i < plane + area; i++, target += 3) {
        pixels[target] = ((planes[i] ?? black) - black) * scale;
      }
    }
  }
  return new Uint8Array(pixels.buffer);
}

/** Interleaved RGB8 to planar floats [1, 3, height, width], 0 to 1. */
export function toPlanes(pixels: Uint8Array): Float32Array {
  const area = pixels.length / 3;
  const planes = new Float32Array(pixels.length);
  for (let channel = 0; channel < 3; channel++) {
    let source = channel;
    for (let i = channel * area; i < (channel + 1) * area; i++, source += 3) {
      planes[i] = (pixels[source] ?? 0) / 255;
    }
  }
  return planes;
}

/** Largest difference of two pictures of the same size, in steps of 1/255. */
export function maxDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - (b[i] ?? 0))), 0);
}

/** Mean difference of two pictures of the same size, in steps of 1/255. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
