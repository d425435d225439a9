import { describe, expect, it } from 'vitest';
import { branchesOf } from '../../electron/contract/lineage.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { lineTo, moveAfterKey, rowsOf } from './rows.ts';

const portrait = (n: number, ...parents: number[]) => ({
  ...stubPortrait(n),
  parents: parents.map(portraitId),
});

/** 1 with 2 (with 4) and 3; 5 by itself. */
const family = branchesOf([
  portrait(1),
  portrait(2, 1),
  portrait(3, 1),
  portrait(4, 2, 5),
  portrait(5),
]);
const open = (...ns: number[]) => rowsOf(family, (id) => ns.map(portraitId).includes(id));
const seeds = (rows: ReturnType<typeof open>) => rows.map((row) => row.portrait.seed);

describe('rows of a tree', () => {
  it('leave out what is under a closed branch', () => {
    expect(seeds(open())).toEqual([1, 5]);
    expect(seeds(open(1, 2))).toEqual([1, 2, 4, 3, 5]);
    expect(open(1)[2]).toMatchObject({ depth: 1, position: 2, siblings: 2, children: 0 });
    expect(open(1, 2)[2]?.otherParents).toEqual([portraitId(5)]);
  });

  it('know the line down to a portrait', () => {
    expect(lineTo(family, portraitId(4))).toEqual([1, 2, 4].map(portraitId));
    expect(lineTo(family, portraitId(9))).toEqual([]);
  });
});

describe('keys in a tree', () => {
  const press = (key: string, n: number, ...opened: number[]) =>
    moveAfterKey(key, open(...opened), portraitId(n));

  it('walk up and down what is shown, and stop at the ends', () => {
    expect(press('ArrowDown', 1, 1)).toEqual({ to: portraitId(2) });
    expect(press('ArrowUp', 5, 1)).toEqual({ to: portraitId(3) });
    expect(press('ArrowUp', 1)).toBeNull();
    expect(press('End', 1)).toEqual({ to: portraitId(5) });
    expect(press('x', 1)).toBeNull();
  });

  it('open, go in, close and go out', () => {
    expect(press('ArrowRight', 1)).toEqual({ open: portraitId(1) });
    expect(press('ArrowRight', 1, 1)).toEqual({ to: portraitId(2) });
    expect(press('ArrowRight', 3, 1)).toBeNull();
    expect(press('ArrowLeft', 1, 1)).toEqual({ close: portraitId(1) });
    expect(press('ArrowLeft', 4, 1, 2)).toEqual({ to: portraitId(2) });
    expect(press('ArrowLeft', 5)).toBeNull();
  });
});
