import { expect, it } from 'vitest';
import { mixEdits } from './mixing.ts';

const taken = (coarse: boolean, middle: boolean, fine: boolean) => ({ coarse, middle, fine });

it('takes neighbouring bands as one', () => {
  expect(mixEdits(taken(false, true, true), 'b', 1, 10)).toEqual([
    { kind: 'mix', with: 'b', layers: [3, 9] },
  ]);
  expect(mixEdits(taken(true, false, true), 'b', 0.5, 10)).toEqual([
    { kind: 'blend', with: [{ id: 'b', weight: 0.5 }], layers: [0, 2] },
    { kind: 'blend', with: [{ id: 'b', weight: 0.5 }], layers: [5, 9] },
  ]);
  expect(mixEdits(taken(false, false, false), 'b', 1, 10)).toEqual([]);
});
