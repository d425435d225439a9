import { expect, it } from 'vitest';
import { toRgba } from './pixels.ts';

it('spreads RGB to opaque RGBA', () => {
  const pixels = new Uint8Array([1, 2, 3, 250, 251, 252]);
  expect([...toRgba({ width: 2, height: 1, pixels })]).toEqual([1, 2, 3, 255, 250, 251, 252, 255]);
});
