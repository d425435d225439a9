import { expect, it } from 'vitest';
import { shownRange } from './shown-range.ts';

it('only what is seen of a grid is there, one line beyond each edge, and the one of the keyboard', () => {
  expect(shownRange(0, 300, 100, 50, 0)).toEqual([0, 1, 2, 3, 4]);
  expect(shownRange(1_050, 300, 100, 50, 0)).toEqual([0, 9, 10, 11, 12, 13, 14]);
  expect(shownRange(0, 300, 100, 50, 30)).toEqual([0, 1, 2, 3, 4, 30]);
  expect(shownRange(4_700, 300, 100, 50, 47)).toEqual([46, 47, 48, 49]);
  expect(shownRange(0, 300, 100, 2, 1)).toEqual([0, 1]);
  expect(shownRange(0, 0, 100, 50, 0)).toEqual([]);
});
