import { throwIfCancelled } from '../../contract/errors.ts';
import { Breather } from '../jobs/breather.ts';
import type { Interpolation, PictureSize, RgbPicture } from './codec.ts';

interface Filter {
  /** How far it reaches to each side, in pixels of the smaller of the two scales. */
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const FILTERS: Record<Interpolation | 'lanczos', Filter> = {
  /** Keys' cubic convolution, a = -1/2 (Keys 1981, eq. 15). */
  bicubic: {
    support: 2,
    weight: (distance) => {
      const t = Math.abs(distance);
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
      if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2;
      return 0;
    },
  },
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  /** sinc under a window of 3 lobes (Duchon 1979, "Lanczos filtering in one and two dimensions"). */
  lanczos: {
    support: 3,
    weight: (distance) => (Math.abs(distance) < 3 ? sinc(distance) * sinc(distance / 3) : 0),
  },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * How a picture becomes a square: its shorter side is scaled and the middle taken (CLIP: Radford et al. 2021),
 * or both sides are scaled, whatever they were (SigLIP: Zhai et al. 2023).
 */
export type Fit = 'crop' | 'stretch';

export interface SquareOptions {
  readonly size: number;
  readonly interpolation: Interpolation;
  readonly fit: Fit;
  /** Side to scale to where the middle `size` of it is cut out afterwards; by default `size`. */
  readonly resize?: number | undefined;
}

/**
 * Scales a picture to a square of `size` pixels, antialiased, with Pillow's filters. Rows are scaled
 * first and rounded to bytes in between, as Pillow does, so that results differ from it by rounding
 * only; libvips' own scaling differs by up to 7 of 255 downwards and far more upwards.
 */
export function toSquare(
  picture: RgbPicture,
  { size, interpolation, fit, resize = size }: SquareOptions,
): RgbPicture {
  const { width, height } = picture;
  if (width === size && height === size && resize === size) return picture;
  const shorter = Math.min(width, height);
  const scaledTo = (side: number) =>
    fit === 'stretch' ? resize : Math.max(resize, Math.floor((resize * side) / shorter));
  const filter = FILTERS[interpolation];
  const columns = taps(width, scaledTo(width), size, filter);
  const rows = taps(height, scaledTo(height), size, filter);
  const narrow = scaleWidth(picture.data, width, height, columns);
  return { width: size, height: size, data: scaleHeight(narrow, size, rows) };
}

/** Rows that are scaled before other work of the process may have its turn. */
const ROWS_AT_ONCE = 16;

/**
 * Scales a picture by windows of Lanczos, each side for itself, antialiased: libvips knows them only downwards.
 *
 * @throws StudioError `cancelled`
 */
export async function resampleByLanczos(
  picture: RgbPicture,
  { width, height }: PictureSize,
  signal?: AbortSignal,
): Promise<RgbPicture> {
  const breather = new Breather();
  const pause = () => {
    throwIfCancelled(signal);
    return breather.pause();
  };
  const columns = taps(picture.width, width, width, FILTERS.lanczos);
  const rows = taps(picture.height, height, height, FILTERS.lanczos);
  const narrow = new Uint8Array(picture.height * width * 3);
  const inputLength = picture.width * 3;
  for (let row = 0; row < picture.height; row += ROWS_AT_ONCE) {
    const end = Math.min(row + ROWS_AT_ONCE, picture.height);
    const input = picture.data.subarray(row * inputLength, end * inputLength);
    narrow.set(scaleWidth(input, picture.width, end - row, columns), row * width * 3);
    await pause();
  }
  const data = new Uint8Array(height * width * 3);
  for (let row = 0; row < height; row += ROWS_AT_ONCE) {
    data.set(scaleHeight(narrow, width, rows.slice(row, row + ROWS_AT_ONCE)), row * width * 3);
    await pause();
  }
  return { width, height, data };
}

/** Which input pixels an output pixel is made of, and how much of each. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** The taps of the middle `count` of `outputs` pixels that cover `inputs` pixels. */
function taps(inputs: number, outputs: number, count: number, filter: Filter): Taps[] {
  const scale = inputs / outputs;
  const stretch = Math.max(1, scale);
  const reach = filter.support * stretch;
  const cropped = Math.floor((outputs - count) / 2);
  return Array.from({ length: count }, (_, index) => {
    const centre = (cropped + index + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const last = Math.min(inputs, Math.floor(centre + reach + 0.5));
    const weights = Float64Array.from({ length: last - first }, (_, tap) =>
      filter.weight((first + tap + 0.5 - centre) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** RGB8 rows of `width` pixels to rows of `columns.length`. */
function scaleWidth(
  data: Uint8Array,
  width: number,
  height: number,
  columns: readonly Taps[],
): Uint8Array {
  // Clamped arrays round and clip, which the filter's negative lobes need.
  const output = new Uint8ClampedArray(columns.length * height * 3);
  let to = 0;
  for (let row = 0; row < height; row += 1) {
    for (const { first, weights } of columns) {
      let from = (row * width + first) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      // By index: an iterator over the weights takes most of the time of all this.
      for (let tap = 0; tap < weights.length; tap += 1, from += 3) {
        const weight = weights[tap] ?? 0;
        red += weight * (data[from] ?? 0);
        green += weight * (data[from + 1] ?? 0);
        blue += weight * (data[from + 2] ?? 0);
      }
      output[to] = red;
      output[to + 1] = green;
      output[to + 2] = blue;
      to += 3;
    }
  }
  return new Uint8Array(output.buffer);
}

/** RGB8 rows of `width` pixels to `rows.length` of them, a whole row at a time, as they lie in memory. */
function scaleHeight(
  data: Uint8Array,
  width: number,
  rows: readonly Taps[],
): Uint8Array<ArrayBuffer> {
  const rowLength = width * 3;
  const output = new Uint8ClampedArray(rows.length * rowLength);
  const sum = new Float64Array(rowLength);
  for (const [row, { first, weights }] of rows.entries()) {
    sum.fill(0);
    for (const [tap, weight] of weights.entries()) {
      const from = (first + tap) * rowLength;
      for (let i = 0; i < rowLength; i += 1)
        sum[i] = (sum[i] ?? 0) + weight * (data[from + i] ?? 0);
    }
    output.set(sum, row * rowLength);
  }
  return new Uint8Array(output.buffer);
}
