import { afterAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../contract/progress.ts';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { openPack } from '../packs/pack.ts';
import { Generator, portraitsAtOnce } from './generator.ts';

const inference = startInference(undefined, afterAll);
const pack = await openPack(TINY_PACK, inference);
const generator = await Generator.load(pack, inference);
const noise = Array.from({ length: 6 }, (_, seed) => generator.z(seed));
const latents = await generator.map(noise);
const { space } = generator;

describe('Generator', () => {
  it('draws the same bytes alone, in company, and again', async () => {
    const together = await generator.synthesise(latents);
    const alone = await generator.synthesise(latents.slice(5));
    expect(together).toHaveLength(6);
    expect(alone[0]).toEqual(together[5]);
    expect(await generator.synthesise(latents)).toEqual(together);
  });

  it('draws a w as the w⁺ that repeats it', async () => {
    const [w] = latents;
    expect(await generator.synthesise([space.toWPlus(w!)])).toEqual(
      await generator.synthesise([w!]),
    );
  });

  it('draws small previews with the same colours', async () => {
    const [[full], [small]] = await Promise.all([
      generator.synthesise(latents.slice(0, 1)),
      generator.synthesise(latents.slice(0, 1), { quality: 'preview', priority: 'interactive' }),
    ]);
    expect([full!.width, small!.width]).toEqual([16, 8]);
    const average = (data: Uint8Array) => data.reduce((sum, value) => sum + value) / data.length;
    expect(average(small!.data)).toBeCloseTo(average(full!.data), 0);
  });

  it('truncates towards the mean w', async () => {
    const meanW = await pack.readNumbers('generator/mean_w.f32', space.width);
    const [w] = latents;
    expect(generator.truncate(w!, 0)).toEqual(meanW);
    expect(generator.truncate(w!, 0.5)[7]).toBeCloseTo((meanW[7]! + w![7]!) / 2, 5);
    expect(generator.truncate(w!, 1)[7]).toBeCloseTo(w![7]!, 5);
  });

  it('counts portraits, and stops between chunks when cancelled', async () => {
    const controller = new AbortController();
    const events: ProgressEvent[] = [];
    const drawing = generator.synthesise(latents, {
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

  it('draws fewer at once the larger they are', () => {
    expect([16, 256, 512, 513, 768, 1_024, 4_096].map(portraitsAtOnce)).toEqual([
      4, 4, 4, 3, 1, 1, 1,
    ]);
  });
});
