import { afterAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../contract/progress.ts';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import { openPack } from '../packs/pack.ts';
import { Generator } from './generator.ts';
import { broadcast, mixStyles, moveStyle } from '../latent/w-plus.ts';

const inference = startInference(undefined, afterAll);
const pack = await openPack(TINY_PACK, inference);
const generator = await Generator.load(pack, inference);
const { layers } = generator;
const noise = Array.from({ length: 6 }, (_, seed) => gaussian(seed, 512));
const latents = await generator.map(noise);
const styles = latents.map((w) => broadcast(w, layers));

describe('Generator', () => {
  it('draws the same bytes alone, in company, and again', async () => {
    const together = await generator.synthesise(styles);
    const alone = await generator.synthesise(styles.slice(5));
    expect(together).toHaveLength(6);
    expect(alone[0]).toEqual(together[5]);
    expect(await generator.synthesise(styles)).toEqual(together);
  });

  it('draws small previews with the same colours', async () => {
    const [[full], [small]] = await Promise.all([
      generator.synthesise(styles.slice(0, 1)),
      generator.synthesise(styles.slice(0, 1), { quality: 'preview', priority: 'interactive' }),
    ]);
    expect([full!.width, small!.width]).toEqual([16, 8]);
    const average = (data: Uint8Array) => data.reduce((sum, value) => sum + value) / data.length;
    expect(average(small!.data)).toBeCloseTo(average(full!.data), 0);
  });

  it('truncates towards the mean w', async () => {
    const meanW = await pack.readNumbers('generator/mean_w.f32');
    const [w] = latents;
    expect(generator.truncate(w!, 0)).toEqual(meanW);
    expect(generator.truncate(w!, 0.5)[7]).toBeCloseTo((meanW[7]! + w![7]!) / 2, 5);
    expect(generator.truncate(w!, 1)[7]).toBeCloseTo(w![7]!, 5);
  });

  it('counts portraits, and stops between chunks when cancelled', async () => {
    const controller = new AbortController();
    const events: ProgressEvent[] = [];
    const drawing = generator.synthesise(styles, {
      signal: controller.signal,
      onProgress: (event) => {
        events.push(event);
        if (event.kind === 'advanced') controller.abort();
      },
    });
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'advanced']);
    expect(events[1]).toMatchObject({ done: 4, total: 6 });
  });
});

describe('styles', () => {
  const [a, b] = [broadcast(Float32Array.of(1, 2), 3), broadcast(Float32Array.of(8, 9), 3)];

  it('mixes whole layers', () => {
    expect([...mixStyles(a, b, [1, 2], 3)]).toEqual([1, 2, 8, 9, 8, 9]);
  });

  it('moves along a direction in the layers asked for', () => {
    expect([...moveStyle(a, Float32Array.of(1, -1), 2, [0, 1])]).toEqual([3, 0, 3, 0, 1, 2]);
  });
});
