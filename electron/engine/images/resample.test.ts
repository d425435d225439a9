import { expect, it } from 'vitest';
import type { Interpolation, RgbPicture } from './codec.ts';
import { coverSquare } from './resample.ts';

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
    const scaled = coverSquare(pattern(width, height), size, filter);
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
  expect(coverSquare(picture, 8, 'bicubic')).toEqual(picture);
});

it('takes the middle of a wide picture', () => {
  const columns = [10, 20, 30, 40].flatMap((grey) => [grey, grey, grey]);
  const wide = { width: 4, height: 2, data: Uint8Array.from([...columns, ...columns]) };
  const { data } = coverSquare(wide, 2, 'bicubic');
  expect([...data]).toEqual([20, 20, 20, 30, 30, 30, 20, 20, 20, 30, 30, 30]);
});
