import { expect, it } from 'vitest';
import { evenWeights, moveBorder } from './weights.ts';

it('a border moves weight between two neighbours and no others', () => {
  expect(moveBorder([0.5, 0.25, 0.25], 0, -0.1)).toEqual([0.4, 0.35, 0.25]);
  expect(moveBorder([0.5, 0.25, 0.25], 1, 1)).toEqual([0.5, 0.5, 0]);
  expect(moveBorder([0.5, 0.25, 0.25], 0, -1)).toEqual([0, 0.75, 0.25]);
});

it('weights stay a whole wherever a border of thirds is moved to', () => {
  for (const by of [-1, -0.123, 0.077, 1]) {
    const moved = moveBorder(evenWeights(3), 0, by);
    expect(Math.min(...moved)).toBeGreaterThanOrEqual(0);
    expect(moved.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
  }
});

it('weights begin even', () => {
  expect(evenWeights(4)).toEqual([0.25, 0.25, 0.25, 0.25]);
});
