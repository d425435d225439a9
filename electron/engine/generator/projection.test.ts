import { afterAll, describe, expect, it, vi } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK, TINY_PACK_BIJECTIVE } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import { scale } from '../latent/vectors.ts';
import { openPack } from '../packs/pack.ts';
import { Firming } from './projection.ts';
import { Generator } from './generator.ts';
import { broadcast, mixStyles } from '../latent/w-plus.ts';

const inference = startInference(undefined, afterAll);
const pack = await openPack(TINY_PACK, inference);
const { layers, pixelRange } = pack.manifest.generator;
const [one, other] = [3, 4].map((seed) => broadcast(scale(gaussian(seed, 512), 6), layers));
/** What the tiny pack's graph makes of it. */
const firmed = (style: Float32Array): Float32Array =>
  style.map((value) => Math.max(-8, Math.min(8, value)));

describe('Firming', () => {
  it('makes each layer firm, and each w once', async () => {
    const run = vi.spyOn(inference, 'run');
    const mixed = mixStyles(one!, other!, [2, 3], layers);
    const made = await new Firming(pack, inference).firm([one!, mixed]);
    expect(run.mock.calls.map(([, feeds]) => feeds['w']?.dims)).toEqual([[2, 512]]);
    expect(made).toEqual([firmed(one!), firmed(mixed)]);
    run.mockRestore();
  });

  it('is what a picture is drawn from', async () => {
    const generator = await Generator.load(pack, inference);
    const [picture] = await generator.synthesise([one!]);
    const draw = async (w: Float32Array): Promise<Uint8Array> => {
      const graph = pack.file(pack.manifest.generator.synthesis);
      return (await inference.render({ graph, w, count: 1, layers, pixelRange })).pixels;
    };
    expect(picture!.data).toEqual(await draw(firmed(one!)));
    expect(picture!.data).not.toEqual(await draw(one!));
  });

  it('leaves latents of a pack without it as they are', async () => {
    const plain = await openPack(TINY_PACK_BIJECTIVE, inference);
    const styles = [one!];
    expect(await new Firming(plain, inference).firm(styles)).toBe(styles);
  });
});
