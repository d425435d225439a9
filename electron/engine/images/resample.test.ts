import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Interpolation, RgbPicture } from './codec.ts';
import { resampleByLanczos, toSquare } from './resample.ts';
import { sharpCodec } from './sharp-codec.ts';

/** The picture the expected values below were made from. */
function pattern(width: number, height: number): RgbPicture {
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return [(x * 37 + y * 91) % 256, (x * x * 11 + y * 5) % 256, (x * y * 13) % 256];
  });
  return { width, height, data: Uint8Array.from(pixels.flat()) };
}

/** The first pixels that Pillow 12 gives: resize to the shorter side, crop the middle. */
const PILLOW: [width: number, height: number, size: number, Interpolation, first: number[]][] = [
  [13, 9, 4, 'bicubic', [94, 18, 7, 140, 107, 31, 114, 91, 62, 108, 129, 80]],
  [13, 9, 4, 'bilinear', [99, 25, 12, 134, 102, 36, 116, 98, 65, 111, 123, 82]],
  [7, 7, 10, 'bicubic', [0, 0, 0, 11, 4, 0, 40, 17, 0, 66, 42, 0]],
  [5, 11, 5, 'bilinear', [17, 15, 0, 54, 26, 39, 91, 59, 78, 128, 114, 117]],
];

it.each(PILLOW)(
  'scales %i × %i to %i with %s as Pillow does',
  (width, height, size, filter, first) => {
    const scaled = toSquare(pattern(width, height), { size, interpolation: filter, fit: 'crop' });
    expect([scaled.width, scaled.height, scaled.data.length]).toEqual([
      size,
      size,
      size * size * 3,
    ]);
    for (const [index, expected] of first.entries()) {
      expect(Math.abs((scaled.data[index] ?? NaN) - expected)).toBeLessThanOrEqual(1);
    }
  },
);

it('leaves a square of the right size as it is', () => {
  const picture = pattern(8, 8);
  expect(toSquare(picture, { size: 8, interpolation: 'bicubic', fit: 'crop' })).toEqual(picture);
});

it('takes the middle of a wide picture', () => {
  const columns = [10, 20, 30, 40].flatMap((grey) => [grey, grey, grey]);
  const wide = { width: 4, height: 2, data: Uint8Array.from([...columns, ...columns]) };
  const { data } = toSquare(wide, { size: 2, interpolation: 'bicubic', fit: 'crop' });
  expect([...data]).toEqual([20, 20, 20, 30, 30, 30, 20, 20, 20, 30, 30, 30]);
});

it('may cut the middle out of what is scaled larger', () => {
  const options = { interpolation: 'bicubic', fit: 'crop' } as const;
  const larger = toSquare(pattern(37, 29), { ...options, size: 12 });
  const middle = Array.from({ length: 8 }, (_, row) => {
    const start = ((row + 2) * 12 + 2) * 3;
    return [...larger.data.subarray(start, start + 8 * 3)];
  });
  const cut = toSquare(pattern(37, 29), { ...options, size: 8, resize: 12 });
  expect([...cut.data]).toEqual(middle.flat());
});

describe("CLIP's and SigLIP's image processors", () => {
  const folder = new URL('../../../test/fixtures/preprocessing/', import.meta.url);
  const { cases } = z
    .object({
      cases: z.array(
        z.object({
          width: z.int(),
          height: z.int(),
          size: z.int(),
          interpolation: z.enum(['bicubic', 'bilinear']),
          fit: z.enum(['crop', 'stretch']),
        }),
      ),
    })
    .parse(JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')));
  const expected = readFileSync(new URL('pictures.bin', folder));
  const lengths = cases.map(({ size }) => size * size * 3);
  const starts = lengths.map((_, i) =>
    lengths.slice(0, i).reduce((sum, length) => sum + length, 0),
  );

  /** As make_reference.py draws it. */
  const drawn = (width: number, height: number): RgbPicture => {
    const pixels = Array.from({ length: width * height }, (_, index) => {
      const [x, y] = [index % width, Math.floor(index / width)];
      const red = Math.floor((x * 37 + y * 91) / 7);
      return [red, Math.floor((x * x * 11) / 50) + y * 5, Math.floor((x * y * 13) / 90)];
    });
    return { width, height, data: Uint8Array.from(pixels.flat()) };
  };

  it.each(cases.map((one, i) => ({ ...one, i })))(
    '$width × $height to $size, $interpolation, $fit',
    ({ width, height, size, interpolation, fit, i }) => {
      const { data } = toSquare(drawn(width, height), { size, interpolation, fit });
      const start = starts[i]!;
      const wanted = expected.subarray(start, start + data.length);
      const largest = Math.max(...data.map((value, at) => Math.abs(value - wanted[at]!)));
      expect(data.length).toBe(lengths[i]);
      expect(largest).toBeLessThanOrEqual(2);
    },
  );
});

describe('windows of Lanczos', () => {
  it('enlarge what varies slowly as it would have been drawn', async () => {
    const wave = (side: number): RgbPicture => {
      const at = (i: number) => 128 + 100 * Math.sin((((i + 0.5) / side) * 4 - 2) * Math.PI);
      const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
        return Math.round((at(Math.floor(i / 3) % side) + at(Math.floor(i / 3 / side))) / 2);
      });
      return { width: side, height: side, data };
    };
    const larger = await resampleByLanczos(wave(40), { width: 80, height: 80 });
    const expected = wave(80);
    const differences = larger.data.map((value, i) => Math.abs(value - (expected.data[i] ?? 0)));
    const inside = differences.filter((_, i) => {
      const [x, y] = [Math.floor(i / 3) % 80, Math.floor(i / 3 / 80)];
      return Math.min(x, y) >= 6 && Math.max(x, y) < 74;
    });
    expect(Math.max(...inside)).toBeLessThanOrEqual(2);
  });

  it('make smaller as libvips does, and leave one colour as it is', async () => {
    const picture = pattern(64, 48);
    const smaller = await resampleByLanczos(picture, { width: 32, height: 24 });
    const theirs = await sharpCodec.resize(picture, 32);
    const differences = smaller.data.map((value, i) => Math.abs(value - (theirs.data[i] ?? 0)));
    const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
    expect([theirs.width, theirs.height]).toEqual([32, 24]);
    expect(mean).toBeLessThan(2);
    const plain = { width: 5, height: 3, data: new Uint8Array(45).fill(77) };
    const { data } = await resampleByLanczos(plain, { width: 20, height: 12 });
    expect(new Set(data)).toEqual(new Set([77]));
  });

  it('can be cancelled', async () => {
    const signal = AbortSignal.abort();
    const resampled = resampleByLanczos(pattern(9, 9), { width: 18, height: 18 }, signal);
    await expect(resampled).rejects.toMatchObject({ code: 'cancelled' });
  });
});
