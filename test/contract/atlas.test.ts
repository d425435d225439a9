/** The atlas through the service, with the tiny pack. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { draw, words } from '../support/drawing.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const WHOLE = { from: { x: 0, y: 0 }, to: { x: 1, y: 1 } };
const AROUND = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

let studio: Studio;
let sailors: string[];
let chefs: string[];

beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
  sailors = await draw(studio, words('an old sailor'), 8);
  chefs = await draw(studio, words('a young chef'), 8, { seed: 90 });
});

const placeOf = async (id: string) => {
  const places = await studio.service.atlasPlaces({ ids: [id] });
  return places[0]!;
};

describe('the atlas', () => {
  it('is empty before it is laid out', async () => {
    const { service } = studio;
    await expect(service.atlas({ ...WHOLE, level: 3 })).resolves.toEqual({
      ...{ placed: 0, unplaced: 16, cells: [], words: [] },
    });
  });

  it('has every portrait once, in cells or alone', async () => {
    const { service } = studio;
    const told: ProgressEvent[] = [];
    const laid = await service.layOutAtlas({}, { onEvent: (event) => told.push(event) });
    expect(laid).toEqual({ placed: 16 });
    expect(told.at(-1)).toMatchObject({ kind: 'finished', task: 'lay-out' });
    for (const level of [0, 2, 5, 12]) {
      const { placed, unplaced, cells } = await service.atlas({ ...WHOLE, level });
      expect([placed, unplaced]).toEqual([16, 0]);
      expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(16);
    }
    const { cells } = await service.atlas({ ...WHOLE, level: 20 });
    expect(cells.map(({ cover }) => cover).sort()).toEqual([...sailors, ...chefs].sort());
  });

  it('shows what a query finds, in the same places', async () => {
    const { service } = studio;
    const { placed, cells } = await service.atlas({ ...WHOLE, level: 20, query: 'sailor' });
    expect(placed).toBe(8);
    expect(cells.map(({ cover }) => cover).sort()).toEqual(sailors.toSorted());
    const own = await placeOf(sailors[0]!);
    expect(cells.find(({ cover }) => cover === sailors[0])).toMatchObject({ x: own.x, y: own.y });
  });

  it('gives what a lasso holds, and the nearest to a place', async () => {
    const { service } = studio;
    const { ids } = await service.atlasInside({ line: AROUND, query: 'chef' });
    expect(ids.toSorted()).toEqual(chefs.toSorted());
    const own = await placeOf(chefs[3]!);
    const nearest = await service.atlasNearest({ at: own, limit: 4 });
    expect(nearest[0]).toMatchObject({ id: chefs[3], distance: 0 });
    expect(nearest).toHaveLength(4);
  });

  it('places newcomers in passing, and moves no other; what is gone has no place', async () => {
    const { service } = studio;
    const before = await service.atlasPlaces({ ids: [...sailors, ...chefs] });
    const [newcomer] = await draw(studio, words('a young chef'), 1, { seed: 200 });
    await expect(service.atlas({ ...WHOLE, level: 20 })).resolves.toMatchObject({ placed: 17 });
    await expect(service.atlasPlaces({ ids: [...sailors, ...chefs] })).resolves.toEqual(before);
    await service.trash({ ids: [newcomer!] });
    await expect(service.atlas({ ...WHOLE, level: 20 })).resolves.toMatchObject({ placed: 16 });
    await service.purge({ ids: [newcomer!] });
    await expect(service.atlasPlaces({ ids: [newcomer!] })).resolves.toEqual([]);
  });

  it('that is cancelled says so, and goes on from what it kept', async () => {
    const { service } = studio;
    const signal = AbortSignal.abort();
    await expect(service.layOutAtlas({ anew: true }, { signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(service.atlas({ ...WHOLE, level: 0 })).resolves.toMatchObject({ placed: 16 });
    await expect(service.layOutAtlas({ anew: true })).resolves.toEqual({ placed: 16 });
    await expect(service.layOutAtlas({})).resolves.toEqual({ placed: 0 });
  });
});
