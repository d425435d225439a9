import { expect, it } from 'vitest';
import { maxDifference, toRgb8 } from './pixels.ts';

it('turns planes into interleaved bytes, rounds, and clamps what lies outside the range', () => {
  const red = [-1, 0];
  const green = [1, 2];
  const blue = [-2, 0.5];
  const planes = Float32Array.of(...red, ...green, ...blue);
  expect([...toRgb8(planes, 1, 2, [-1, 1])]).toEqual([0, 255, 0, 128, 255, 191]);
});

it('keeps pictures apart', () => {
  const planes = Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1);
  expect([...toRgb8(planes, 2, 1, [0, 1])]).toEqual([0, 51, 102, 153, 204, 255]);
});

it('finds the largest difference', () => {
  expect(maxDifference(Uint8Array.of(1, 200, 3), Uint8Array.of(1, 190, 5))).toBe(10);
});
