import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type LiveValue, MAX_LIVE_VALUES } from '../../contract/live.ts';
import { LatestValues } from './latest-values.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function gather() {
  const told: LiveValue[][] = [];
  return { told, latest: new LatestValues((values) => told.push(values)) };
}

it('tells the first at once, and of a thousand a second what a screen can show, the last among them', () => {
  const { told, latest } = gather();
  for (let i = 0; i < 1_000; i++) {
    latest.put([{ address: '/a', value: i }]);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(told[0]).toEqual([{ address: '/a', value: 0 }]);
  expect(told.length).toBeLessThanOrEqual(64);
  expect(told.length).toBeGreaterThan(50);
  expect(told.at(-1)).toEqual([{ address: '/a', value: 999 }]);
  expect(vi.getTimerCount()).toBe(0);
});

it('tells of each address the latest, and of no more addresses than there can be', () => {
  const { told, latest } = gather();
  latest.put([
    { address: '/a', value: 1 },
    { address: '/b', value: 2 },
    { address: '/a', value: 3 },
  ]);
  expect(told).toEqual([
    [
      { address: '/a', value: 3 },
      { address: '/b', value: 2 },
    ],
  ]);
  for (let i = 0; i < 10_000; i++) latest.put([{ address: `/${i}`, value: i }]);
  vi.runAllTimers();
  expect(told[1]).toHaveLength(MAX_LIVE_VALUES);
});

it('tells nothing more once it was stopped', () => {
  const { told, latest } = gather();
  for (const value of [1, 2]) latest.put([{ address: '/a', value }]);
  latest.stop();
  vi.runAllTimers();
  expect(told).toHaveLength(1);
});
