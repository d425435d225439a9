import { expect, it } from 'vitest';
import { shownRange } from './shown-range.ts';

it('only what is seen of a grid is there, and one line beyond each edge', () => {
  expect(shownRange(0, 300, 100, 50)).toEqual([0, 1, 2, 3, 4]);
  expect(shownRange(1_050, 300, 100, 50)).toEqual([9, 10, 11, 12, 13, 14]);
  expect(shownRange(4_700, 300, 100, 50)).toEqual([46, 47, 48, 49]);
  expect(shownRange(0, 300, 100, 2)).toEqual([0, 1]);
  expect(shownRange(0, 0, 100, 50)).toEqual([]);
});
