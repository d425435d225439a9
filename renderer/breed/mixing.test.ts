import { expect, it } from 'vitest';
import { defaultLayerGroups } from '../../electron/contract/layers.ts';
import { mixEdits } from './mixing.ts';

const groups = defaultLayerGroups(10);

const taken = (coarse: boolean, middle: boolean, fine: boolean) => ({ coarse, middle, fine });

it('takes neighbouring bands as one', () => {
  expect(mixEdits(taken(false, true, true), 'b', 1, groups)).toEqual([
    { kind: 'mix', with: 'b', layers: [3, 9] },
  ]);
  expect(mixEdits(taken(true, false, true), 'b', 0.5, groups)).toEqual([
    { kind: 'blend', with: [{ id: 'b', weight: 0.5 }], layers: [0, 2] },
    { kind: 'blend', with: [{ id: 'b', weight: 0.5 }], layers: [5, 9] },
  ]);
  expect(mixEdits(taken(false, false, false), 'b', 1, groups)).toEqual([]);
});
