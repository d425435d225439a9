import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../contract/progress.ts';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { TINY_PACK_WIDE } from '../../../test/support/packs.ts';
import { Clip } from '../clip/clip.ts';
import { Generator } from '../generator/generator.ts';
import { cosine, norm } from '../latent/vectors.ts';
import { openPack } from '../packs/pack.ts';
import { checkPreviews, drawPairs, PAIR_SETTINGS } from './pairs.ts';
import { PairsFile } from './pairs-file.ts';

const inference = startInference(undefined, afterAll);
const pack = await openPack(TINY_PACK_WIDE, inference);
const generator = await Generator.load(pack, inference);
const clip = await Clip.load(pack, inference);
const models = { generator, clip, spaces: pack.spaces, widths: pack.widths };
const COUNT = 40;
const PAIR_BYTES = (256 + 768) * 4;

const bytesIn = (folder: string) => readFileSync(path.join(folder, 'pairs.f32'));
const drawn = async (count = COUNT, settings = PAIR_SETTINGS) => {
  const folder = await temporaryFolder();
  await drawPairs(models, folder, count, { settings });
  return folder;
};

describe('drawPairs', () => {
  it('gives pairs of w and the embedding of its preview, by seed', async () => {
    const pairs = await PairsFile.open(await drawn(3, { ...PAIR_SETTINGS, truncation: [1, 1] }));
    expect([pairs.count, pairs.widthW, pairs.widthE]).toEqual([3, 256, 768]);
    const { w, e } = await pairs.read([2, 0]);
    const mapped = await generator.map([generator.z(2)]);
    expect(w.subarray(0, 256)).toEqual(generator.truncate(mapped[0]!, 1));
    const [picture] = await generator.synthesise(mapped, { quality: 'preview' });
    const [embedding] = await clip.embedPictures([picture!]);
    expect(cosine(e.subarray(0, 768), embedding!)).toBeCloseTo(1, 5);
    await expect(pairs.read([3])).rejects.toThrow(RangeError);
    await pairs.close();
  });

  it('truncates within its range and mixes the part that was asked for', async () => {
    const pairs = await PairsFile.open(await drawn(32, { seed: 9, truncation: [0, 0], mixed: 0 }));
    const { w } = await pairs.read([0, 31]);
    expect(w.subarray(0, 256)).toEqual(w.subarray(256));
    const settings = { seed: 9, truncation: [1, 1] as [number, number] };
    const plain = bytesIn(await drawn(32, { ...settings, mixed: 0 }));
    const mixed = bytesIn(await drawn(32, { ...settings, mixed: 0.5 }));
    const isSame = Array.from({ length: 32 }, (_, i) => {
      const [from, to] = [i * PAIR_BYTES, (i + 1) * PAIR_BYTES];
      return plain.subarray(from, to).equals(mixed.subarray(from, to));
    });
    const count = isSame.filter(Boolean).length;
    expect(count).toBeGreaterThan(6);
    expect(count).toBeLessThan(26);
  });

  it('goes on from what is there to the same numbers, also from a pair that was cut off', async () => {
    const whole = bytesIn(await drawn());
    const folder = await drawn(17);
    appendFileSync(path.join(folder, 'pairs.f32'), 'torn');
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => void events.push(event);
    await drawPairs(models, folder, COUNT, { onProgress });
    expect(bytesIn(folder).equals(whole)).toBe(true);
    expect(events[1]).toMatchObject({ task: 'draw-pairs', done: 32, total: COUNT });
    await drawPairs(models, folder, 5);
    expect(bytesIn(folder).equals(whole)).toBe(true);
  });

  it('keeps what was written when it is cancelled', async () => {
    const folder = await temporaryFolder();
    const controller = new AbortController();
    const onProgress = ({ kind }: ProgressEvent) => {
      if (kind === 'advanced') controller.abort();
    };
    const { signal } = controller;
    await expect(drawPairs(models, folder, COUNT, { signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect((await PairsFile.open(folder)).count).toBe(16);
  });

  it('adds to no others, and not where somebody else does', async () => {
    const folder = await drawn(1);
    const other = { ...models, spaces: { ...models.spaces, latent: 'another' } };
    await expect(drawPairs(other, folder, 2)).rejects.toMatchObject({ code: 'file-exists' });
    const settings = { ...PAIR_SETTINGS, seed: 1 };
    await expect(drawPairs(models, folder, 2, { settings })).rejects.toMatchObject({
      code: 'file-exists',
    });
    const { manifest } = await PairsFile.open(folder);
    await PairsFile.forWriting(folder, manifest, () =>
      expect(drawPairs(models, folder, 2)).rejects.toMatchObject({ code: 'file-busy' }),
    );
    await drawPairs(models, folder, 2);
  });
});

it('checkPreviews compares with pictures at full size', async () => {
  const pairs = await PairsFile.open(await drawn(101));
  const { checked, meanCosine, lowestCosine } = await checkPreviews(models, pairs);
  expect(checked).toBe(2);
  expect(meanCosine).toBeGreaterThan(0.5);
  expect(lowestCosine).toBeLessThanOrEqual(meanCosine);
  expect(norm((await pairs.read([100])).e)).toBeCloseTo(1, 5);
  await pairs.close();
});
