import { expect, it } from 'vitest';
import { placeOf, sharesGone, valueAt } from './piecewise.ts';

it('finds values at places, and places of values', () => {
  const values = [0, 0.1, 0.1, 0.5, 1];
  expect(valueAt(values, 2.5)).toBeCloseTo(0.3);
  expect(placeOf(values, 0.3)).toBeCloseTo(2.5);
  expect(placeOf(values, 0.1)).toBe(1);
  expect([placeOf(values, -1), placeOf(values, 2)]).toEqual([0, 4]);
  expect([valueAt(values, 0), valueAt(values, 4)]).toEqual([0, 1]);
});

it('shares out lengths, evenly where there are none', () => {
  expect(sharesGone([1, 3])).toEqual([0, 0.25, 1]);
  expect(sharesGone([0, 0])).toEqual([0, 0.5, 1]);
});
