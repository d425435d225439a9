import { expect, it } from 'vitest';
import { fixed } from './number.ts';

it('drops the sign of a zero only', () => {
  expect([-0.001, 0.001, -0.006, 12.5].map((value) => fixed(value, 2))).toEqual([
    '0.00',
    '0.00',
    '-0.01',
    '12.50',
  ]);
});
