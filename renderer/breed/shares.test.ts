import { expect, it } from 'vitest';
import { evenShares, moveBorder } from './shares.ts';

it('a border moves shares between two neighbours and no others', () => {
  expect(moveBorder([0.5, 0.25, 0.25], 0, -0.1)).toEqual([0.4, 0.35, 0.25]);
  expect(moveBorder([0.5, 0.25, 0.25], 1, 1)).toEqual([0.5, 0.5, 0]);
  expect(moveBorder([0.5, 0.25, 0.25], 0, -1)).toEqual([0, 0.75, 0.25]);
});

it('shares begin even', () => {
  expect(evenShares(4)).toEqual([0.25, 0.25, 0.25, 0.25]);
});
