import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Frame } from '../../electron/contract/draw.ts';
import {
  type Axis,
  type Cell,
  type CellPlace,
  type Grid,
  placesOf,
} from '../../electron/contract/grid.ts';
import { layerRanges } from '../../electron/contract/layers.ts';
import { backUp } from '../../electron/engine/library/backup.ts';
import { LibraryFolder } from '../../electron/engine/library/folder.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { draw, pixelsOf, words } from '../support/drawing.ts';
import { temporaryFolder } from '../support/library.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { all } = layerRanges(4);
const CELL: Cell = { prompt: 'a portrait', edits: [], settings: {} };
const prompts: Axis = { kind: 'prompts', prompts: ['a smile', 'a frown'] };
const seeds: Axis = { kind: 'seeds', first: 7, steps: 2 };
const smile: Axis = {
  ...{ kind: 'slide', direction: { kind: 'named', id: 'smile' }, layers: all },
  ...{ from: -1, to: 1, steps: 3 },
};
const grid = (rows: Axis | null, columns: Axis | null, cell = CELL): Grid => ({
  ...{ cell, rows, columns },
});

let studio: Studio;
let portrait: string;

beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
  [portrait = ''] = await draw(studio, words('a smile'));
});

async function drawn(of: Grid, cells = placesOf(of), size: 'small' | 'full' = 'full') {
  const frames = new Map<string, Frame>();
  const order: CellPlace[] = [];
  await studio.service.drawCells(
    { grid: of, cells, size },
    {
      onEvent: (event) => {
        if (event.kind !== 'cell') return;
        order.push(event.place);
        frames.set(event.place.join(), event.frame);
      },
    },
  );
  return { order, at: (row: number, column: number) => frames.get([row, column].join())! };
}

async function pixels(id: string): Promise<Uint8Array> {
  const [data] = await pixelsOf(studio, [id]);
  return new Uint8Array(data!);
}

const count = async () => (await studio.service.count({})).count;

describe('cells of a grid', () => {
  it('are drawn in the order asked for, small or as they will be, and kept by nobody', async () => {
    const before = await count();
    const asked: CellPlace[] = [
      [1, 1],
      [0, 0],
      [1, 0],
    ];
    const { order, at } = await drawn(grid(prompts, seeds), asked, 'small');
    expect(order).toEqual(asked);
    expect(at(0, 0).width).toBe(8);
    const full = await drawn(grid(prompts, seeds), [[0, 0]]);
    expect(full.at(0, 0).pixels).toEqual(await pixels(portrait));
    expect(await count()).toBe(before);
  });

  it('become the portraits that the same recipe draws elsewhere, byte for byte', async () => {
    const of = grid(prompts, seeds);
    const { at } = await drawn(of);
    const kept: number[] = [];
    const { ids } = await studio.service.keepCells(
      {
        grid: of,
        cells: [
          [1, 0],
          [0, 0],
        ],
      },
      { onEvent: (event) => void (event.kind === 'portrait' && kept.push(event.index)) },
    );
    expect(kept.sort()).toEqual([0, 1]);
    // The one that was drawn before the grid is the same portrait, and not drawn again.
    expect(ids[1]).toBe(portrait);
    const [elsewhere = ''] = await draw(studio, words('a frown'), 1, { seed: 7 });
    expect(await pixels(ids[0]!)).toEqual(await pixels(elsewhere));
    expect(await pixels(ids[0]!)).toEqual(at(1, 0).pixels);
    const [mine, other] = [
      await studio.service.get({ id: ids[0]! }),
      await studio.service.get({ id: elsewhere }),
    ];
    expect({ ...mine, ...{ id: '', createdAt: 0, timings: {} } }).toEqual({
      ...other,
      ...{ id: '', createdAt: 0, timings: {} },
    });
  });

  it('that are moved by sliders are children of what they begin with, which comes once', async () => {
    const of = grid({ kind: 'seeds', first: 40, steps: 1 }, smile);
    const { at } = await drawn(of);
    const before = await count();
    const done: string[] = [];
    const { ids } = await studio.service.keepCells(
      { grid: of, cells: placesOf(of) },
      {
        onEvent: (event) => {
          if (event.kind === 'advanced' && event.task === 'render')
            done.push(`${event.done} of ${event.total}`);
        },
      },
    );
    expect(await count()).toBe(before + 3);
    // Of the cells that are asked for, whatever has to be drawn for them.
    expect(done).toEqual(['1 of 3', '2 of 3', '3 of 3']);
    const [low, start, high] = await Promise.all(ids.map((id) => studio.service.get({ id })));
    expect(start).toMatchObject({ prompt: 'a portrait', seed: 40, source: { kind: 'prompt' } });
    for (const one of [low, high]) {
      expect(one).toMatchObject({ parents: [start!.id], source: { kind: 'edit' } });
    }
    for (const [column, id] of ids.entries()) {
      expect(await pixels(id)).toEqual(at(0, column).pixels);
    }
    // All of it again is what is there.
    await expect(studio.service.keepCells({ grid: of, cells: placesOf(of) })).resolves.toEqual({
      ids,
    });
    expect(await count()).toBe(before + 3);
  });

  it('of a portrait are itself, it with edits, in other words, and around it', async () => {
    const of = (rows: Axis | null, columns: Axis | null = null) =>
      grid(rows, columns, { of: portrait, edits: [], settings: {} });
    expect((await drawn(of(smile))).at(1, 0).pixels).toEqual(await pixels(portrait));
    const { ids } = await studio.service.keepCells({ grid: of(prompts), cells: [[1, 0]] });
    const [reworded = ''] = await draw(studio, { kind: 'reword', of: portrait, prompt: 'a frown' });
    expect(await pixels(ids[0]!)).toEqual(await pixels(reworded));
    const strength: Axis = { kind: 'strength', from: 0, to: 1, steps: 3 };
    const varied = await studio.service.keepCells({ grid: of(strength, seeds), cells: [[1, 0]] });
    await expect(studio.service.get({ id: varied.ids[0]! })).resolves.toMatchObject({
      parents: [portrait],
      seed: 7,
      source: { kind: 'variation', strength: 0.5 },
    });
  });

  it.each(['clip', 'flow', 'w'] as const)('of a way in %s are its positions', async (space) => {
    const between = {
      from: { kind: 'portrait', id: portrait },
      to: { kind: 'prompt', prompt: 'a frown', seed: 3 },
      path: space,
    } as const;
    const way: Axis = { kind: 'path', between, from: 0, to: 1, steps: 3 };
    const of = grid(way, smile, { edits: [], settings: {} });
    const { at } = await drawn(of);
    const keep = await studio.service.keep({ ...between, position: 0.5, settings: {} });
    expect(at(1, 1).pixels).toEqual(await pixels(keep.id));
    const { ids } = await studio.service.keepCells({ grid: of, cells: [[1, 2]] });
    expect(await studio.service.get({ id: ids[0]! })).toMatchObject({ parents: [keep.id] });
    expect(await pixels(ids[0]!)).toEqual(at(1, 2).pixels);
  });

  it('end when they are cancelled, and are refused in words before anything is drawn', async () => {
    const abort = new AbortController();
    const told: string[] = [];
    const long = grid({ kind: 'seeds', first: 0, steps: 40 }, null);
    const drawing = studio.service.drawCells(
      { grid: long, cells: placesOf(long), size: 'small' },
      {
        signal: abort.signal,
        onEvent: ({ kind }) => {
          told.push(kind);
          if (kind === 'cell') abort.abort();
        },
      },
    );
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
    expect(told.filter((kind) => kind === 'cell').length).toBeLessThan(20);
    const nothing = grid(seeds, null, { edits: [], settings: {} });
    await expect(drawn(nothing)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(drawn(grid(seeds, null), [[5, 0]])).rejects.toThrow(/none in row 6/);
  });
});

describe('a sheet of a grid', () => {
  it.each(['png', 'pdf'] as const)('is a %s with what its rows and columns are', async (format) => {
    const folder = await temporaryFolder();
    const delivery = await studio.service.exportGrid({
      grid: grid(prompts, smile),
      as: {
        ...{ format, paper: 'a4', landscape: false, title: 'Two by three' },
        ...{ metadata: true, ifExists: 'rename' },
      },
      name: 'sheet',
      destination: { kind: 'folder', folder },
    });
    expect(await readdir(folder)).toEqual([`sheet.${format}`]);
    expect(delivery).toMatchObject({ files: [path.join(folder, `sheet.${format}`)] });
    const bytes = await readFile(path.join(folder, `sheet.${format}`));
    if (format === 'pdf') expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    else expect(await sharp(bytes).metadata()).toMatchObject({ width: 1_654, height: 2_339 });
  });
});

describe('a grid of the library', () => {
  afterEach(async () => {
    for (const { id } of await studio.service.grids({})) await studio.service.removeGrid({ id });
  });

  it('is kept by its name, told of, and drawn again as it was', async () => {
    const events: string[] = [];
    const abort = new AbortController();
    const watching = studio.service
      .watch({}, { signal: abort.signal, onEvent: ({ kind }) => events.push(kind) })
      .catch(() => undefined);
    const saved = await studio.service.saveGrid({ name: 'Faces', grid: grid(prompts, smile) });
    expect(saved).toMatchObject({ name: 'Faces', grid: grid(prompts, smile) });
    const renamed = await studio.service.saveGrid({ ...saved, name: 'Other faces' });
    expect(await studio.service.grids({})).toEqual([renamed]);
    expect(events.filter((kind) => kind === 'grids')).toHaveLength(2);
    abort.abort();
    await watching;
    await studio.service.removeGrid({ id: saved.id });
    expect(await studio.service.grids({})).toEqual([]);
    await expect(studio.service.removeGrid({ id: saved.id })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('goes with backups, comes with merging, and outlives rebuilding', async () => {
    const saved = await studio.service.saveGrid({ name: 'Faces', grid: grid(prompts, null) });
    const target = path.join(await temporaryFolder(), 'backup');
    await backUp(new LibraryFolder(studio.library.root), target);
    await studio.service.removeGrid({ id: saved.id });
    await studio.service.mergeLibrary({ source: { kind: 'folder', folder: target } });
    expect(await studio.service.grids({})).toEqual([saved]);
    await studio.service.rebuildLibrary({});
    expect(await studio.service.grids({})).toEqual([saved]);
  });
});
