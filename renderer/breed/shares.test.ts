import { expect, it } from 'vitest';
import { evenShares, moveBorder } from './shares.ts';

it('a border moves shares between two neighbours and no others', () => {
  expect(moveBorder([0.5, 0.25, 0.25], 0, -0.1)).toEqual([0.4, 0.35, 0.25]);
  expect(moveBorder([0.5, 0.25, 0.25], 1, 1)).toEqual([0.5, 0.5, 0]);
  expect(moveBorder([0.5, 0.25, 0.25], 0, -1)).toEqual([0, 0.75, 0.25]);
});

it('shares stay a whole wherever a border of thirds is moved to', () => {
  for (const by of [-1, -0.123, 0.077, 1]) {
    const moved = moveBorder(evenShares(3), 0, by);
    expect(Math.min(...moved)).toBeGreaterThanOrEqual(0);
    expect(moved.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
  }
});

it('shares begin even', () => {
  expect(evenShares(4)).toEqual([0.25, 0.25, 0.25, 0.25]);
});
