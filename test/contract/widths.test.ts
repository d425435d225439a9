/** The studio with packs of other widths than the default one's, and with what a pack must bring alone. */
import { describe, expect, it, vi } from 'vitest';
import type { Origin } from '../../electron/contract/draw.ts';
import type { Edit } from '../../electron/contract/edit.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { readRecipe } from '../../electron/engine/images/metadata/story.ts';
import { draw, pixelsOf, words } from '../support/drawing.ts';
import { TINY_PACK_BARE, TINY_PACK_NARROW, TINY_PACK_WIDE } from '../support/packs.ts';
import { samplePicture } from '../support/portraits.ts';
import { openTestStudio } from '../support/studio.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';

vi.setConfig({ testTimeout: 60_000 });

const LAYERS = 4;
const all: [number, number] = [0, LAYERS - 1];

describe.each([
  ['768/512/256, padded', TINY_PACK_WIDE, { clip: 768, noise: 256, w: 256 }],
  ['512/128/192, bare', TINY_PACK_BARE, { clip: 512, noise: 192, w: 192 }],
  ['192/64/192, bijective, bare', TINY_PACK_NARROW, { clip: 192, noise: 192, w: 192 }],
])('a pack of %s', (_, pack, widths) => {
  it('draws, edits, breeds, finds and makes again', async () => {
    const studio = await openTestStudio({ pack });
    const { service, library } = studio;
    const [a, b] = (await draw(studio, words('a smiling woman'), 2)) as [string, string];
    const { z, condition, w } = library.reader.latents(a);
    expect([z?.length, condition?.length, w.length]).toEqual([widths.noise, widths.clip, widths.w]);
    expect(library.reader.embedding(a)).toHaveLength(widths.clip);
    expect(readRecipe(await service.picture({ id: a }))?.latents?.w).toEqual(w);

    const { id: reference } = await service.addReference({
      bytes: await sharpCodec.encode(samplePicture(1), 'png'),
    });
    const edits: Edit[] = [
      {
        ...{ kind: 'slide', amount: 1, layers: all },
        direction: { kind: 'text', to: 'red hair', disentangle: 0.8 },
      },
      { kind: 'slide', direction: { kind: 'principal', index: 0 }, amount: 1, layers: [0, 1] },
      { kind: 'mix', with: b, layers: [3, 3] },
    ];
    const origins: Origin[] = [
      { kind: 'image', reference, prompt: 'old' },
      { kind: 'variation', of: a, strength: 0.5, locks: [{ kind: 'layers', layers: [0, 1] }] },
      { kind: 'reword', of: a, prompt: 'an old man' },
      { kind: 'edit', of: a, edits },
      { kind: 'breed', parents: [a, b], weights: [0.5, 0.5], how: 'cross', spread: 0.5 },
    ];
    for (const origin of origins) await expectRepeatable(studio, origin);
    await service.judgeEdits({ of: a, edits });

    const path = { from: anchor(a), to: anchor(b), path: 'flow', settings: {} } as const;
    const kept = await service.keep({ ...path, position: 0.5, even: true });
    expect(kept.width).toBe(16);

    expect((await service.search({ words: 'an old man', limit: 3 }))[0]?.generation.pack.id).toBe(
      (await service.get({ id: a })).pack.id,
    );
    expect(await service.similar({ id: a, limit: 3 })).toHaveLength(3);
    const { usual } = await service.explain({ id: a });
    expect(usual).not.toBeNull();
  });
});

it('what a pack does not bring, it is not asked for', async () => {
  const { service } = await openTestStudio({ pack: TINY_PACK_BARE });
  const studio = { service } as Studio;
  const [id] = (await draw(studio, words('an old man'))) as [string];
  expect((await service.explain({ id })).tags).toEqual([]);
  expect(await service.vocabulary({})).toEqual({ phrases: [] });
  expect(await service.unknownWords({ texts: ['an old man'] })).toEqual({ unknown: [] });
  const [listing] = await service.status({}).then(({ pack }) => [pack]);
  expect(listing).toMatchObject({
    state: 'ready',
    pack: {
      ...{ directions: [], styles: [], gaps: ['none', 'ensemble'], previewResolution: null },
      layerGroups: [{ id: 'coarse' }, { id: 'middle' }, { id: 'fine' }],
      locks: [{ id: 'coarse' }, { id: 'middle' }, { id: 'fine' }],
      prompts: { neutral: 'a picture', examples: [], phrases: [] },
    },
  });
  const locked = { kind: 'variation', of: id, strength: 1 } as const;
  await expect(
    draw(studio, { ...locked, locks: [{ kind: 'shown', what: 'roof' }] }),
  ).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(
    service.generate({ origin: words('a'), count: 1, settings: { gap: 'prior' } }),
  ).rejects.toMatchObject({ code: 'pack-lacks-feature' });
});

const anchor = (id: string) => ({ kind: 'portrait', id }) as const;

/** Draws something, and replays it to the same pixels. */
async function expectRepeatable(studio: Studio, origin: Origin): Promise<void> {
  const [id] = await draw(studio, origin);
  const again = await studio.service.replay({ id: id!, change: {} });
  const [first, second] = await pixelsOf(studio, [id!, ...again.ids]);
  expect(second).toEqual(first);
}
