import { expect, it } from 'vitest';
import { columnsFor, neighbourOf } from './survey.ts';

it.each([
  [2, 1400, 800, 2],
  [2, 700, 1200, 1],
  [3, 1800, 700, 3],
  [4, 1400, 900, 2],
  [5, 1400, 900, 3],
  [9, 1200, 1200, 3],
  [1, 500, 500, 1],
])('shows %i in %i × %i as large as it can: %i columns', (count, width, height, columns) => {
  expect(columnsFor(count, width, height, 44)).toBe(columns);
});

it('walks among what stands side by side, and not over its edges', () => {
  expect(neighbourOf('ArrowRight', 0, 5, 3)).toBe(1);
  expect(neighbourOf('ArrowDown', 1, 5, 3)).toBe(4);
  expect(neighbourOf('ArrowDown', 2, 5, 3)).toBeUndefined();
  expect(neighbourOf('ArrowLeft', 0, 5, 3)).toBeUndefined();
  expect(neighbourOf('s', 0, 5, 3)).toBeUndefined();
});
