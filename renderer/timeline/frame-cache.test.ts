import { expect, it } from 'vitest';
import type { Frame } from '../../electron/contract/draw.ts';
import { FrameCache } from './frame-cache.ts';

const frame = (bytes: number): Frame => ({ width: 1, height: 1, pixels: new Uint8Array(bytes) });

it('keeps what was used last, up to so many bytes', () => {
  const cache = new FrameCache(10);
  cache.set('a', frame(4));
  cache.set('b', frame(4));
  expect(cache.get('a')).toEqual(frame(4));
  cache.set('c', frame(4));
  expect(['a', 'b', 'c'].map((key) => cache.has(key))).toEqual([true, false, true]);
  cache.set('a', frame(6));
  expect(cache.get('a')?.pixels).toHaveLength(6);
  expect(cache.has('c')).toBe(true);
});
