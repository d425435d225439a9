import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { copyTinyPack, editManifest, TINY_PACK } from '../../../test/support/packs.ts';
import { cosine, norm } from '../latent/vectors.ts';
import { openPack } from '../packs/pack.ts';
import { Clip } from './clip.ts';
import { toPlanes } from './planes.ts';
import { cleanPrompt } from './prompt.ts';

const inference = startInference(undefined, afterAll);
const load = async (folder: string) => Clip.load(await openPack(folder, inference), inference);
const clip = await load(TINY_PACK);

describe('embedPrompt', () => {
  it('gives unit vectors that depend on the words', async () => {
    const man = await clip.embedPrompt('an old man', 'shift');
    const hat = await clip.embedPrompt('a red hat', 'shift');
    expect(norm(man.raw)).toBeCloseTo(1, 5);
    expect(norm(man.condition)).toBeCloseTo(1, 5);
    expect(cosine(man.raw, hat.raw)).toBeLessThan(0.99);
  });

  it('carries over the gap in each way the pack knows', async () => {
    const embed = async (gap: Parameters<Clip['embedPrompt']>[1]) =>
      (await clip.embedPrompt('an old man', gap)).condition;
    const none = await embed('none');
    expect(none).toEqual((await clip.embedPrompt('an old man', 'shift')).raw);
    for (const gap of ['shift', 'prior', 'ensemble'] as const) {
      expect(cosine(none, await embed(gap))).toBeLessThan(0.9999);
    }
  });

  it('says what the pack cannot do', async () => {
    const folder = copyTinyPack();
    editManifest(folder, (manifest) => delete manifest.clip.gap.prior);
    const limited = await load(folder);
    await expect(limited.embedPrompt('a man', 'prior')).rejects.toMatchObject({
      code: 'pack-lacks-feature',
    });
  });

  it.each([
    ['', 'prompt-empty'],
    [' \t&nbsp;\n', 'prompt-empty'],
    ['x'.repeat(20_000), 'prompt-too-long'],
  ])('refuses %j', async (prompt, code) => {
    await expect(clip.embedPrompt(prompt, 'none')).rejects.toMatchObject({ code });
  });
});

describe('embedPictures', () => {
  const plain = (width: number, height: number, value: number) => ({
    width,
    height,
    data: new Uint8Array(width * height * 3).fill(value),
  });

  it('takes pictures of any size, more than fit one run, each on its own', async () => {
    const pictures = Array.from({ length: 11 }, (_, i) => plain(10 + i, 30, i * 20));
    const together = await clip.embedPictures(pictures);
    expect(together).toHaveLength(11);
    expect(norm(together[4]!)).toBeCloseTo(1, 5);
    const [alone] = await clip.embedPictures(pictures.slice(9, 10));
    expect(cosine(alone!, together[9]!)).toBeCloseTo(1, 5);
  });

  it('sees the same in a picture of twice the size', async () => {
    const [small, large] = await clip.embedPictures([plain(16, 16, 90), plain(32, 32, 90)]);
    expect(small).toEqual(large);
  });
});

it('toPlanes: planar, scaled to [0, 1], then normalised by channel', () => {
  const picture = { width: 2, height: 1, data: Uint8Array.of(0, 51, 255, 255, 102, 0) };
  const planes = toPlanes(picture, { mean: [0.5, 0, 0.2], std: [0.5, 1, 0.2] });
  const expected = [-1, 1, 0.2, 0.4, 4, -1];
  expect(planes.length).toBe(expected.length);
  planes.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

it('cleanPrompt resolves entities and collapses white space', () => {
  expect(cleanPrompt('  cats &amp;amp;\u00a0\n dogs\u3000')).toBe('cats & dogs');
});
