import { expect, it } from 'vitest';
import { locate, cumulative, valueAt } from './piecewise.ts';

it('finds values at places, and places of values', () => {
  const values = [0, 0.1, 0.1, 0.5, 1];
  expect(valueAt(values, 2.5)).toBeCloseTo(0.3);
  expect(locate(values, 0.3)).toBeCloseTo(2.5);
  expect(locate(values, 0.1)).toBe(1);
  expect([locate(values, -1), locate(values, 2)]).toEqual([0, 4]);
  expect([valueAt(values, 0), valueAt(values, 4)]).toEqual([0, 1]);
});

it('shares out lengths, evenly where there are none', () => {
  expect(cumulative([1, 3])).toEqual([0, 0.25, 1]);
  expect(cumulative([0, 0])).toEqual([0, 0.5, 1]);
});
