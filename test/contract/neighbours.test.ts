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
import { addScaled, cosine, norm, unstack } from '../../electron/engine/latent/vectors.ts';
import { openPack } from '../../electron/engine/packs/pack.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { draw, pixelsOf, words } from '../support/drawing.ts';
import { copyTinyPack, editManifest, replaceFile, TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000 });

const PICTURES = 200;
const scratch = mkdtempSync(path.join(tmpdir(), 'clip-flow-bank-'));
const inference = new Inference({ device: 'cpu' });

/** The bank of the tiny pack, and the w of its pictures. */
const { latents, ...packed } = await (async () => {
  const pack = await openPack(TINY_PACK, inference);
  const [clip, generator] = await Promise.all([
    Clip.load(pack, inference),
    Generator.load(pack, inference),
  ]);
  await drawPairs({ clip, generator, spaces: pack.spaces, widths: pack.widths }, scratch, PICTURES);
  const pairs = await PairsFile.open(scratch);
  const { w } = await pairs.read(Array.from({ length: PICTURES }, (_, i) => i));
  const bank = await packBank(pairs, await meanOfTexts(clip, ['a man', 'a woman', 'a red hat']));
  await pairs.close();
  return { ...bank, latents: unstack(w, pairs.widthW) };
})();
afterAll(() => {
  inference.close();
  rmSync(scratch, { recursive: true });
});

function packWithBank(bank = packed.bank): string {
  const folder = copyTinyPack();
  for (const [name, bytes] of Object.entries(packed.files)) replaceFile(folder, name, bytes);
  editManifest(folder, (manifest) => {
    manifest.flow.bank = bank;
    manifest.clip.gap.default = 'neighbours';
    manifest.defaults.variety = 0.7;
  });
  return folder;
}

async function openStudio(bank = packed.bank): Promise<Studio> {
  const pack = packWithBank(bank);
  return openTestStudio({ pack, packRoot: path.dirname(pack) });
}

describe('neighbours', () => {
  it('gives each seed an embedding of its own, the same however many are drawn', async () => {
    const studio = await openStudio();
    const four = await draw(studio, words('an old man'), 4, { seed: 40, temperature: 0.5 });
    const [third] = await draw(studio, words('an old man'), 1, { seed: 42, temperature: 0.5 });
    expect(await pixelsOf(studio, [third!])).toEqual(await pixelsOf(studio, [four[2]!]));
    const conditions = four.map((id) => studio.library.reader.latents(id).condition!);
    expect(cosine(conditions[0]!, conditions[1]!)).toBeLessThan(0.9999);
    const { settings } = await studio.service.get({ id: third! });
    expect(settings).toMatchObject({ gap: 'neighbours', variety: 0.7 });
  });

  it('begins at the w of the picture, and leaves it as the temperature rises', async () => {
    const studio = await openStudio();
    const { latents: _, ...plain } = packed.bank;
    const withoutLatents = await openStudio(plain);
    const drawn = async (at: Studio, temperature: number) => {
      const [id] = await draw(at, words('an old man'), 1, { seed: 3, temperature });
      return at.library.reader.latents(id!).w;
    };
    const away = (w: Float32Array) =>
      Math.min(...latents.map((own) => norm(addScaled(w, own, -1)) / norm(own)));
    const [same, near, free] = [
      await drawn(studio, 0),
      await drawn(studio, 0.5),
      await drawn(studio, 1),
    ];
    expect(away(same)).toBeLessThan(1e-3);
    expect(away(near)).toBeGreaterThan(10 * away(same));
    expect(away(free)).toBeGreaterThan(away(near));
    expect(free).toEqual(await drawn(withoutLatents, 1));
    expect(away(await drawn(withoutLatents, 0))).toBeGreaterThan(10 * away(same));
  });

  it('gives one end of a path the w of the portrait of its words and seed', async () => {
    const { workspace, ...studio } = await openStudio();
    const asked = { seed: 3, temperature: 0.5 };
    const [id] = await draw({ workspace, ...studio }, words('an old man'), 1, asked);
    const { session } = await workspace.tools();
    const anchor = { kind: 'prompt', prompt: 'an old man', seed: asked.seed } as const;
    const { settings } = await studio.service.get({ id: id! });
    const { w } = await session.codes.ofAnchor(anchor, { ...settings, temperature: 0.5 });
    expect(w).toEqual(studio.library.reader.latents(id!).w);
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
