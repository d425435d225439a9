import { expect, it } from 'vitest';
import { fixed, signed } from './number.ts';

it('drops the sign of a zero only', () => {
  expect([-0.001, 0.001, -0.006, 12.5].map((value) => fixed(value, 2))).toEqual([
    '0.00',
    '0.00',
    '-0.01',
    '12.50',
  ]);
});

it('signs what is not zero', () => {
  expect([-0.001, 0.001, -0.126, 0.5].map((value) => signed(value, 2))).toEqual([
    '0.00',
    '0.00',
    '−0.13',
    '+0.50',
  ]);
});
