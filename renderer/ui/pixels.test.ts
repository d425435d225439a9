import { expect, it } from 'vitest';
import { toRgba } from './pixels.ts';

it('spreads RGB to opaque RGBA', () => {
  const pixels = new Uint8Array([1, 2, 3, 250, 251, 252]);
  expect([...toRgba({ width: 2, height: 1, pixels })]).toEqual([1, 2, 3, 255, 250, 251, 252, 255]);
});

it('reads a frame that lies inside what a message brought', () => {
  const message = new Uint8Array([9, 9, 1, 2, 3, 9]);
  const pixels = message.subarray(2, 5);
  expect([...toRgba({ width: 1, height: 1, pixels })]).toEqual([1, 2, 3, 255]);
});
