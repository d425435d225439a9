import { afterAll, describe, expect, it, vi } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK, TINY_PACK_BIJECTIVE } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import { scale } from '../latent/vectors.ts';
import { openPack } from '../packs/pack.ts';
import { Generator } from './generator.ts';
import { ManifoldProjection } from './projection.ts';

const inference = startInference(undefined, afterAll);
const pack = await openPack(TINY_PACK, inference);
const { layers, pixelRange } = pack.manifest.generator;
const generator = await Generator.load(pack, inference);
const { space } = generator;
const [one, other] = [3, 4].map((seed) => space.toWPlus(scale(gaussian(seed, space.width), 6)));
/** What the tiny pack's graph makes of it. */
const projected = (wPlus: Float32Array): Float32Array =>
  wPlus.map((value) => Math.max(-8, Math.min(8, value)));

describe('ManifoldProjection', () => {
  it('projects each layer, and each w once', async () => {
    const run = vi.spyOn(inference, 'run');
    const mixed = space.mix(one!, other!, [2, 3]);
    const found = await new ManifoldProjection(pack, inference).project([one!, mixed]);
    expect(run.mock.calls.map(([, feeds]) => feeds['w']?.dims)).toEqual([[2, 512]]);
    expect(found).toEqual([projected(one!), projected(mixed)]);
    run.mockRestore();
  });

  it('is what a picture is drawn from', async () => {
    const [picture] = await generator.synthesise([one!]);
    const draw = async (w: Float32Array): Promise<Uint8Array> => {
      const graph = pack.file(pack.manifest.generator.synthesis);
      return (await inference.render({ graph, w, count: 1, layers, pixelRange })).pixels;
    };
    expect(picture!.data).toEqual(await draw(projected(one!)));
    expect(picture!.data).not.toEqual(await draw(one!));
  });

  it('leaves latents of a pack without it as they are', async () => {
    const plain = await openPack(TINY_PACK_BIJECTIVE, inference);
    const latents = [one!];
    expect(await new ManifoldProjection(plain, inference).project(latents)).toBe(latents);
  });
});
