import './test-window.ts';
import { describe, expect, it } from 'vitest';
import type { DrawCellsRequest } from '../../electron/contract/grid.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubStudio } from '../../test/contract/stub-studio.ts';
import { axisChoices, choiceOf } from './axes.ts';
import { GridTable } from './grid.svelte.ts';
import { slowMachine } from './test-speed.ts';
import { UndoStack } from './undo.svelte.ts';

const FRAME = { width: 1, height: 1, pixels: new Uint8Array(3) };
const ROWS = { kind: 'seeds', first: 7, steps: 2 } as const;
const COLUMNS = { kind: 'truncation', from: 0.4, to: 1, steps: 3 } as const;

function openTable(methods: Partial<StudioService> = {}) {
  const undo = new UndoStack();
  const table = new GridTable(stubStudio(methods), undo, slowMachine());
  table.set({ rows: ROWS, columns: COLUMNS });
  table.setBegin({ kind: 'prompt', prompt: 'an old man' });
  return { table, undo };
}

/** Lets everything that waits go on. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

it('begins with words under one seed, or with a portrait that has its own', () => {
  const { table } = openTable();
  expect(table.grid?.cell).toMatchObject({ prompt: 'an old man', seed: expect.any(Number) });
  table.setBegin({ kind: 'portrait', id: portraitId(3) });
  expect(table.grid?.cell).toMatchObject({ of: portraitId(3) });
  expect(table.grid?.cell).not.toHaveProperty('seed');
  table.setBegin({ kind: 'prompt', prompt: ' ' });
  expect(table.asked).toMatchObject({ message: expect.stringContaining('nothing to begin with') });
  table.set({ rows: COLUMNS });
  expect(table.asked).toMatchObject({ message: expect.stringContaining('one thing') });
});

it('an axis follows the hand and is one step of the history once it lets go', async () => {
  const { table, undo } = openTable();
  table.scrub('rows', ROWS, 3, false);
  table.scrub('rows', ROWS, 5, false);
  expect(table.isMoving).toBe(true);
  expect(table.values.rows).toMatchObject({ first: 12 });
  table.scrub('rows', ROWS, 5, true);
  expect(table.isMoving).toBe(false);
  await undo.undo();
  expect(table.values.rows).toMatchObject({ first: 7 });
});

it('means the cells that are chosen, row by row, or the one that has the keyboard', () => {
  const { table } = openTable();
  table.moveTo([9, 9]);
  expect(table.meant).toEqual([[1, 2]]);
  table.toggle([1, 0]);
  table.toggle([0, 2]);
  table.toggle([0, 1]);
  table.toggle([0, 1]);
  expect(table.meant).toEqual([
    [0, 2],
    [1, 0],
  ]);
  table.set({ columns: null });
  expect(table.meant).toEqual([[1, 0]]);
});

describe('pictures of cells', () => {
  it('are drawn once, and remembered wherever the cell stands', async () => {
    const asked: DrawCellsRequest[] = [];
    const { table } = openTable({
      drawCells: async (request, options) => {
        asked.push(request);
        for (const place of request.cells) {
          options?.onEvent?.({ kind: 'cell', place, frame: FRAME });
        }
        return {};
      },
    });
    const want = () => {
      const grid = table.grid!;
      const places = [0, 1].flatMap((row) => [0, 1, 2].map((column) => [row, column] as const));
      const wanted = {
        grid,
        places: places.map(([row, column]): [number, number] => [row, column]),
      };
      table.frames.want({ ...wanted, moving: false, drawer: 'a' });
      return settled();
    };
    await want();
    table.scrub('rows', ROWS, 1, true);
    await want();
    expect(asked.map(({ cells }) => cells)).toEqual([
      expect.objectContaining({ length: 6 }),
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
    ]);
    expect(table.frames.frame([0, 0])).toBe(FRAME);
    expect(table.frames.run).toBeNull();
  });

  it('give way to what is wanted now as soon as one has been shown', async () => {
    const asked: DrawCellsRequest[] = [];
    const { table } = openTable({
      drawCells: async (request, options) => {
        asked.push(request);
        for (const place of request.cells) {
          await Promise.resolve();
          if (options?.signal?.aborted) break;
          options?.onEvent?.({ kind: 'cell', place, frame: FRAME });
        }
        return {};
      },
    });
    const grid = table.grid!;
    const places: [number, number][] = [
      [0, 0],
      [0, 1],
      [0, 2],
    ];
    table.frames.want({ grid, places, moving: true, drawer: 'a' });
    const next = { ...grid, cell: { ...grid.cell, prompt: 'a young woman' } };
    table.frames.want({ grid: next, places, moving: true, drawer: 'a' });
    await settled();
    expect(asked.map(({ grid: { cell } }) => cell.prompt)).toEqual(['an old man', 'a young woman']);
    expect(
      table.frames.isNow([0, 2], {
        ...next.cell,
        seed: 7,
        settings: { ...next.cell.settings, truncation: 1 },
      }),
    ).toBe(true);
  });
});

it('offers what the pack, the phrases and Between have, each once', () => {
  const parts = { pack: null, sliders: [], seed: 3, words: '', walk: null, isOfPortrait: true };
  const keys = axisChoices(parts).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { key, axis } of axisChoices(parts)) expect(choiceOf(axis)).toBe(key);
  expect(keys).toContain('strength');
  expect(keys).not.toContain('path');
});
