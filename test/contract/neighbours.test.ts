/** The gap remedy `neighbours`: portraits of a prompt are each given a picture out of the pack's bank. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { meanOfTexts, packBank } from '../../electron/engine/bridge/bank.ts';
import { drawPairs } from '../../electron/engine/bridge/pairs.ts';
import { PairsFile } from '../../electron/engine/bridge/pairs-file.ts';
import { Clip } from '../../electron/engine/clip/clip.ts';
import { Generator } from '../../electron/engine/generator/generator.ts';
import { Inference } from '../../electron/engine/inference/inference.ts';
import { cosine } from '../../electron/engine/latent/vectors.ts';
import { openPack } from '../../electron/engine/packs/pack.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { draw, pixelsOf, words } from '../support/drawing.ts';
import { copyTinyPack, editManifest, replaceFile, TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000 });

const PICTURES = 200;
const scratch = mkdtempSync(path.join(tmpdir(), 'clip-flow-bank-'));
const inference = new Inference({ device: 'cpu' });

/** The bank of the tiny pack. */
const packed = await (async () => {
  const pack = await openPack(TINY_PACK, inference);
  const [clip, generator] = await Promise.all([
    Clip.load(pack, inference),
    Generator.load(pack, inference),
  ]);
  await drawPairs({ clip, generator, spaces: pack.spaces, widths: pack.widths }, scratch, PICTURES);
  const pairs = await PairsFile.open(scratch);
  return packBank(pairs, await meanOfTexts(clip, ['a man', 'a woman', 'a red hat']));
})();
afterAll(() => {
  inference.close();
  rmSync(scratch, { recursive: true });
});

function packWithBank(): string {
  const folder = copyTinyPack();
  for (const [name, bytes] of Object.entries(packed.files)) replaceFile(folder, name, bytes);
  editManifest(folder, (manifest) => {
    manifest.flow.bank = packed.bank;
    manifest.clip.gap.default = 'neighbours';
    manifest.defaults.variety = 0.7;
  });
  return folder;
}

async function openStudio(): Promise<Studio> {
  const pack = packWithBank();
  return openTestStudio({ pack, packRoot: path.dirname(pack) });
}

describe('neighbours', () => {
  it('gives each seed an embedding of its own, the same however many are drawn', async () => {
    const studio = await openStudio();
    const four = await draw(studio, words('an old man'), 4, { seed: 40 });
    const [third] = await draw(studio, words('an old man'), 1, { seed: 42 });
    expect(await pixelsOf(studio, [third!])).toEqual(await pixelsOf(studio, [four[2]!]));
    const conditions = four.map((id) => studio.library.reader.latents(id).condition!);
    expect(cosine(conditions[0]!, conditions[1]!)).toBeLessThan(0.9999);
    const { settings } = await studio.service.get({ id: third! });
    expect(settings).toMatchObject({ gap: 'neighbours', variety: 0.7 });
  });

  it('makes portraits again, in other words, at another variety, and edits them', async () => {
    const studio = await openStudio();
    const { service, library } = studio;
    const [id] = (await draw(studio, words('an old man'))) as [string];
    const again = await service.replay({ id, change: {} });
    const varied = await service.replay({ id, change: { variety: 0 } });
    const [first, second, third] = await pixelsOf(studio, [id, ...again.ids, ...varied.ids]);
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
    expect((await service.get({ id: varied.ids[0]! })).settings.variety).toBe(0);
    const reworded = await draw(studio, { kind: 'reword', of: id, prompt: 'a red hat' });
    const edited = await draw(studio, {
      ...{ kind: 'edit', of: id },
      edits: [
        {
          ...{ kind: 'slide', amount: 1, layers: [0, 3] },
          direction: { kind: 'text', to: 'red hair', disentangle: 0 },
        },
      ],
    });
    for (const made of [...reworded, ...edited]) {
      const { ids } = await service.replay({ id: made, change: {} });
      const [one, other] = await pixelsOf(studio, [made, ...ids]);
      expect(other).toEqual(one);
    }
    const { z } = library.reader.latents(id);
    expect(library.reader.latents(reworded[0]!).z).toEqual(z);
  });

  it('says nothing of variety where another remedy is asked for', async () => {
    const studio = await openStudio();
    const [id] = await draw(studio, words('a man'), 1, { gap: 'shift', variety: 0.2 });
    expect((await studio.service.get({ id: id! })).settings).not.toHaveProperty('variety');
  });

  it('is offered by packs with a bank alone', async () => {
    const { service } = await openStudio();
    await draw({ service } as Studio, words('a man'));
    const { pack } = await service.status({});
    expect(pack).toMatchObject({
      pack: {
        gaps: expect.arrayContaining(['neighbours']),
        defaults: { gap: 'neighbours', variety: 0.7 },
      },
    });
    const plain = await openTestStudio();
    await expect(draw(plain, words('a man'), 1, { gap: 'neighbours' })).rejects.toMatchObject({
      code: 'pack-lacks-feature',
    });
  });

  it('refuses a bank that is not what the pack says', async () => {
    const folder = packWithBank();
    replaceFile(folder, packed.bank.embeddings, new Uint8Array(PICTURES * 512));
    await expect(openPack(folder, inference)).rejects.toMatchObject({ code: 'pack-file-invalid' });
    replaceFile(folder, packed.bank.embeddings, new Uint8Array(512).fill(1));
    await expect(openPack(folder, inference)).rejects.toMatchObject({ code: 'pack-file-invalid' });
  });
});
