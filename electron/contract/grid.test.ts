import { describe, expect, it } from 'vitest';
import {
  type Axis,
  type Cell,
  cellAt,
  editsOf,
  type Grid,
  gridSchema,
  labelOf,
  MAX_CELLS,
  movedAxis,
  placesOf,
  refusalOf,
  startOf,
  valuesOf,
} from './grid.ts';

const ID = '01a1b2c3-d4e5-7000-8000-000000000001';
const CELL: Cell = { prompt: 'a portrait', edits: [], settings: {} };
const SLIDER = {
  direction: { kind: 'named', id: 'width' },
  layers: [0, 3],
} as const;

const slider = (from: number, to: number, steps: number): Axis => ({
  ...{ kind: 'slide', ...SLIDER, layers: [0, 3], from, to, steps },
});
const truncation: Axis = { kind: 'truncation', from: 0.4, to: 1, steps: 4 };
const seeds: Axis = { kind: 'seeds', first: 7, steps: 3 };
const prompts: Axis = { kind: 'prompts', prompts: ['one', 'another'] };
const WAY = {
  from: { kind: 'prompt', prompt: 'one', seed: 1 },
  to: { kind: 'portrait', id: ID },
  path: 'clip',
} as const;
const way: Axis = { kind: 'path', between: WAY, from: 0, to: 0.5, steps: 3 };

const grid = (rows: Axis | null, columns: Axis | null, cell = CELL): Grid => ({
  ...{ cell, rows, columns },
});

describe('values of an axis', () => {
  it('are evenly spaced, both ends among them, without more digits than are seen', () => {
    expect(valuesOf(slider(-1, 1, 5))).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(valuesOf(truncation)).toEqual([0.4, 0.6, 0.8, 1]);
    expect(valuesOf({ kind: 'truncation', from: 0.3, to: 0.3, steps: 1 })).toEqual([0.3]);
    expect(valuesOf({ kind: 'variety', from: 0, to: 1, steps: 4 })).toEqual([0, 0.3333, 0.6667, 1]);
  });

  it('are seeds one after the other, the last before the first', () => {
    expect(valuesOf(seeds)).toEqual([7, 8, 9]);
    expect(valuesOf({ kind: 'noise', first: 2 ** 32 - 1, steps: 2 })).toEqual([2 ** 32 - 1, 0]);
  });

  it('are read with a sign of a slider and in per cent of a way', () => {
    expect(valuesOf(slider(-1, 1, 3)).map((value) => labelOf(slider(0, 0, 1), value))).toEqual([
      '−1',
      '0',
      '+1',
    ]);
    expect(labelOf(way, 0.25)).toBe('25 %');
    expect(labelOf(prompts, 'one')).toBe('one');
  });

  it('move together and stop at their limits as they are', () => {
    expect(movedAxis(slider(-1, 1, 5), 2)).toEqual(slider(0, 2, 5));
    expect(movedAxis(truncation, -9)).toMatchObject({ from: 0, to: 0.6 });
    expect(movedAxis(truncation, 99)).toMatchObject({ from: 1.4, to: 2 });
    expect(movedAxis({ ...truncation, from: 1, to: 0.4 }, -9)).toMatchObject({ from: 2, to: 1.4 });
    expect(movedAxis(slider(0.5, 0.5, 1), 1)).toMatchObject({ from: 0.6, to: 0.6 });
    expect(movedAxis(seeds, -8)).toMatchObject({ first: 2 ** 32 - 1 });
    expect(movedAxis(prompts, 1)).toEqual(prompts);
  });
});

describe('a cell', () => {
  it('is what all have in common with the values of its row and column', () => {
    const table = grid(prompts, seeds);
    expect(placesOf(table)).toHaveLength(6);
    expect(cellAt(table, [1, 2])).toEqual({ ...CELL, prompt: 'another', seed: 9 });
    expect(cellAt(grid(null, truncation), [0, 3]).settings).toEqual({ truncation: 1 });
    expect(cellAt(grid(null, null), [0, 0])).toEqual(CELL);
  });

  it('has a slider in the place that it had, and at the end where it had none', () => {
    const other = { kind: 'mix', with: ID, layers: [0, 1] } as const;
    const moved = { kind: 'slide', ...SLIDER, layers: [0, 3], amount: 2 } as const;
    const edits: Cell['edits'] = [moved, other].map((edit) => ({ ...edit, layers: [0, 3] }));
    const [first, second] = cellAt(grid(slider(-1, 1, 3), null, { ...CELL, edits }), [2, 0]).edits;
    expect([first, second]).toEqual([
      { ...moved, amount: 1 },
      { ...other, layers: [0, 3] },
    ]);
    expect(editsOf(cellAt(grid(slider(-1, 1, 3), null), [1, 0]))).toEqual([]);
  });

  it('starts as the request that draws the same elsewhere', () => {
    const start = (cell: Partial<Cell>) => startOf({ edits: [], settings: {}, ...cell });
    const drawn = (origin: object, settings: object = { seed: 0 }) => ({
      kind: 'generate',
      request: { origin, count: 1, settings },
    });
    expect(start({ prompt: 'one', seed: 3, settings: { gap: 'none' } })).toEqual(
      drawn({ kind: 'prompt', prompt: 'one' }, { gap: 'none', seed: 3 }),
    );
    expect(start({ of: ID })).toEqual({ kind: 'portrait', id: ID });
    expect(start({ of: ID, prompt: 'one' })).toEqual(
      drawn({ kind: 'reword', of: ID, prompt: 'one' }),
    );
    expect(start({ of: ID, seed: 4 })).toEqual(
      drawn({ kind: 'variation', of: ID, strength: 0.4 }, { seed: 4 }),
    );
    expect(start({ of: ID, settings: { truncation: 0.5 } })).toEqual(
      drawn({ kind: 'variation', of: ID, strength: 0 }, { truncation: 0.5, seed: 0 }),
    );
    expect(start({ between: WAY, position: 0.5, seed: 9 })).toEqual({
      kind: 'keep',
      request: {
        ...WAY,
        from: { ...WAY.from, seed: 9 },
        ...{ position: 0.5, settings: {} },
      },
    });
  });

  it('is refused where it would be two things, or none', () => {
    const cell = (one: Partial<Cell>) => refusalOf({ edits: [], settings: {}, ...one });
    expect(cell({ prompt: 'one', seed: 1 })).toBeNull();
    expect(cell({ of: ID, seed: 1, strength: 0.2 })).toBeNull();
    expect(cell({ between: WAY, seed: 1 })).toBeNull();
    expect(cell({})).toContain('nothing to begin with');
    expect(cell({ prompt: '  ' })).toContain('nothing to begin with');
    expect(cell({ prompt: 'one', strength: 0.2 })).toContain('strength');
    expect(cell({ of: ID, prompt: 'one', seed: 1 })).toContain('other words');
    expect(cell({ of: ID, between: WAY })).toContain('a way between');
  });
});

describe('a grid', () => {
  const parse = (rows: Axis | null, columns: Axis | null) =>
    gridSchema.safeParse(grid(rows, columns)).success;

  it('varies one thing in its rows and another in its columns', () => {
    expect(parse(prompts, seeds)).toBe(true);
    expect(parse(slider(0, 1, 2), slider(-1, 0, 2))).toBe(false);
    expect(parse(truncation, truncation)).toBe(false);
    expect(parse(way, slider(0, 1, 2))).toBe(true);
  });

  it('has no more cells than are told', () => {
    const long = (steps: number): Axis => ({ kind: 'seeds', first: 0, steps });
    expect(parse(long(50), slider(0, 1, MAX_CELLS / 50))).toBe(true);
    expect(parse(long(51), slider(0, 1, MAX_CELLS / 50))).toBe(false);
    expect(parse(long(101), null)).toBe(false);
  });
});
