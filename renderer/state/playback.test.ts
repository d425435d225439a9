import { beforeEach, expect, it, vi } from 'vitest';
import { Playback } from './playback.svelte.ts';

/** Frames of a screen that are shown by hand. */
const waiting = new Map<number, FrameRequestCallback>();
let count = 0;

function showFrame(now: number): void {
  const callbacks = [...waiting.values()];
  waiting.clear();
  for (const callback of callbacks) callback(now);
}

beforeEach(() => {
  waiting.clear();
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    waiting.set(++count, callback);
    return count;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => waiting.delete(id));
  vi.spyOn(performance, 'now').mockReturnValue(1_000);
});

it('tells what has passed until it is stopped', () => {
  const playback = new Playback();
  const told: number[] = [];
  playback.start((passed) => told.push(passed));
  expect(playback.isPlaying).toBe(true);
  // A frame may have begun before it was asked for.
  for (const now of [990, 1_016, 1_033]) showFrame(now);
  playback.stop();
  showFrame(1_050);
  expect(told).toEqual([0, 16, 33]);
  expect(playback.isPlaying).toBe(false);
});

it('can be stopped by what it tells, and runs once however often it is started', () => {
  const playback = new Playback();
  const told: number[] = [];
  playback.start(() => told.push(-1));
  playback.start((passed) => {
    told.push(passed);
    if (passed > 20) playback.stop();
  });
  for (const now of [1_016, 1_033, 1_050]) showFrame(now);
  expect(told).toEqual([16, 33]);
  expect(playback.isPlaying).toBe(false);
});
