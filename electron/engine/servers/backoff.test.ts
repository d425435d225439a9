import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('waits twice as long after each failure, to an end, and less by chance', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7].map((times) => backoffMs(times, () => 0));
  expect(longest).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(backoffMs(2, () => 1)).toBe(250);
});
