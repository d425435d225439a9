import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Origin } from '../../electron/contract/draw.ts';
import { layerRanges } from '../../electron/contract/layers.ts';
import type { Lock } from '../../electron/contract/lock.ts';
import { dot } from '../../electron/engine/latent/vectors.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { distance, draw, pixelsOf, words } from '../support/drawing.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LAYERS = 4;
const { coarse, middle, fine } = layerRanges(LAYERS);
const structure: Lock = { kind: 'layers', layers: [coarse[0], middle[1]] };
const colours: Lock = { kind: 'layers', layers: fine };

let studio: Studio;
let parents: string[];

beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
  parents = [
    ...(await draw(studio, words('a sailor'), 2)),
    ...(await draw(studio, words('a chef'), 2, { seed: 90 })),
  ];
});

type Breed = Extract<Origin, { kind: 'breed' }>;

const children = (changes: Partial<Breed> = {}): Breed => ({
  ...{ kind: 'breed', parents: parents.slice(0, 3), weights: [0.5, 0.25, 0.25] },
  ...{ how: 'blend', spread: 0.5 },
  ...changes,
});

const pixels = async (id: string) => (await pixelsOf(studio, [id]))[0]!;
const layerOf = (id: string, layer: number) => {
  const { w } = studio.library.reader.latents(id);
  return w.length === 512 ? w : w.subarray(512 * layer, 512 * (layer + 1));
};

describe('breeding', () => {
  it.each(['blend', 'cross'] as const)(
    'by %s draws children that differ, the same again',
    async (how) => {
      const ids = await draw(studio, children({ how }), 3);
      const [a, b, c] = await pixelsOf(studio, ids);
      expect(distance(a, b)).toBeGreaterThan(0.1);
      expect(distance(b, c)).toBeGreaterThan(0.1);
      expect(await pixels((await draw(studio, children({ how }), 1, { seed: 8 }))[0]!)).toEqual(b);
      await expect(studio.service.get({ id: ids[1]! })).resolves.toMatchObject({
        ...{ prompt: '', seed: 8, parents: parents.slice(0, 3) },
        source: { kind: 'breed', how, spread: 0.5, weights: [0.5, 0.25, 0.25] },
        settings: { truncation: 1, count: 3 },
      });
      const replayed = await studio.service.replay({ id: ids[1]!, change: {} });
      expect(await pixels(replayed.ids[0]!)).toEqual(b);
      const narrower = await studio.service.replay({ id: ids[1]!, change: { spread: 0 } });
      await expect(studio.service.get({ id: narrower.ids[0]! })).resolves.toMatchObject({
        source: { how, spread: 0 },
      });
    },
  );

  it('gives a parent itself where it has all the weight', async () => {
    const [child] = await draw(studio, children({ weights: [0, 1, 0] }));
    expect(await pixels(child!)).toEqual(await pixels(parents[1]!));
  });

  it('keeps the words that all parents share', async () => {
    const origin = children({ parents: parents.slice(0, 2), weights: [0.5, 0.5] });
    const [child] = await draw(studio, origin);
    await expect(studio.service.get({ id: child! })).resolves.toMatchObject({
      ...{ prompt: 'a sailor', clipScore: expect.any(Number), logLikelihood: null },
    });
  });

  it('is gone on from: more like a child, other words for it, and children of its own', async () => {
    const [child] = await draw(studio, children({ how: 'cross' }));
    const [same] = await draw(studio, { kind: 'variation', of: child!, strength: 0 });
    expect(distance(await pixels(same!), await pixels(child!))).toBeLessThan(2);
    await draw(studio, { kind: 'reword', of: child!, prompt: 'red' });
    const grown = children({ parents: [child!, parents[3]!], weights: [0.5, 0.5] });
    await expect(draw(studio, grown)).resolves.toHaveLength(1);
  });

  it('refuses parents that cannot be, and keeps nothing', async () => {
    const before = await studio.service.count({});
    const stranger = '01900000-0000-7000-8000-000000000001';
    const work = draw(studio, children({ parents: [parents[0]!, stranger, parents[1]!] }));
    await expect(work).rejects.toMatchObject({ code: 'not-found' });
    await expect(studio.service.count({})).resolves.toEqual(before);
  });
});

describe('locks', () => {
  const vary = async (locks: Lock[], seed = 50) => {
    const origin: Origin = { kind: 'variation', of: parents[0]!, strength: 1, locks };
    const [id] = await draw(studio, origin, 1, { seed });
    return id!;
  };

  it('hold layers while the rest is drawn anew', async () => {
    const [shaped, coloured, free] = await Promise.all([
      vary([structure]),
      vary([colours]),
      vary([]),
    ]);
    expect(layerOf(shaped!, 0)).toEqual(layerOf(parents[0]!, 0));
    expect(layerOf(shaped!, fine[0])).toEqual(layerOf(free!, 0));
    expect(layerOf(coloured!, 0)).toEqual(layerOf(free!, 0));
    expect(layerOf(coloured!, fine[0])).toEqual(layerOf(parents[0]!, 0));
    await expect(studio.service.get({ id: shaped! })).resolves.toMatchObject({
      source: { kind: 'variation', strength: 1, locks: [structure] },
    });
    expect(await pixels(await vary([structure, colours]))).toEqual(await pixels(parents[0]!));
  });

  it('hold directions of the pack', async () => {
    const locks: Lock[] = [{ kind: 'directions', ids: ['smile'] }];
    const { pack } = await studio.packs.models();
    const smile = await pack.readNumbers('directions/smile.f32', 512);
    const [locked, free] = await Promise.all([vary(locks), vary([])]);
    const along = (id: string) => dot(layerOf(id, 0), smile);
    expect(along(locked)).toBeCloseTo(along(parents[0]!), 3);
    expect(Math.abs(along(free) - along(parents[0]!))).toBeGreaterThan(0.01);
  });

  it('hold what the pack knows to be shown', async () => {
    // In the tiny pack the third to fifth number of w.
    const shown = async (id: Promise<string>) => layerOf(await id, 0).subarray(2, 5);
    const [before, locked, free] = [
      await shown(Promise.resolve(parents[0]!)),
      await shown(vary([{ kind: 'shown', what: 'hair' }])),
      await shown(vary([])),
    ];
    locked.forEach((value, i) => expect(value).toBeCloseTo(before[i]!, 4));
    expect(Math.abs(free[0]! - before[0]!)).toBeGreaterThan(0.01);
    const [child] = await draw(studio, children({ locks: [{ kind: 'shown', what: 'hair' }] }));
    layerOf(child!, 0)
      .subarray(2, 5)
      .forEach((value, i) => expect(value).toBeCloseTo(before[i]!, 4));
  });

  it('hold under other words and for children, and are replayed', async () => {
    const locks = [colours];
    const reword: Origin = { kind: 'reword', of: parents[0]!, prompt: 'red', locks };
    const [reworded] = await draw(studio, reword);
    const [child] = await draw(studio, children({ locks }));
    for (const id of [reworded!, child!, await vary(locks)]) {
      expect(layerOf(id, fine[0])).toEqual(layerOf(parents[0]!, 0));
      const { ids } = await studio.service.replay({ id, change: {} });
      expect(await pixels(ids[0]!)).toEqual(await pixels(id));
    }
  });

  it('are refused where the pack has no such thing', async () => {
    await expect(vary([{ kind: 'directions', ids: ['hair-length'] }])).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(vary([{ kind: 'layers', layers: [3, 4] }])).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});
