import { expect, it } from 'vitest';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { type Branch, branchesOf } from './lineage.ts';

const portrait = (n: number, ...parents: number[]) => ({
  ...stubPortrait(n),
  parents: parents.map(portraitId),
});

type Shape = [n: number, children: Shape[]];

function shapeOf({ portrait: { seed }, children }: Branch): Shape {
  return [seed ?? NaN, children.map(shapeOf)];
}

it('puts every portrait under the first of its parents that is there, once', () => {
  const family = [portrait(5, 3, 2), portrait(4, 1), portrait(3, 99, 1), portrait(2), portrait(1)];
  expect(branchesOf(family).map(shapeOf)).toEqual([
    [
      1,
      [
        [3, [[5, []]]],
        [4, []],
      ],
    ],
    [2, []],
  ]);
});

it('knows no circles', () => {
  expect(branchesOf([portrait(1, 2), portrait(2, 1)]).map(shapeOf)).toEqual([[1, [[2, []]]]]);
});
