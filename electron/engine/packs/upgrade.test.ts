import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import {
  copyTinyPack,
  editManifest,
  TINY_PACK,
  TINY_PACK_FORMAT_1,
} from '../../../test/support/packs.ts';
import { loadModels } from '../loading/load-models.ts';
import { readManifest } from './manifest.ts';
import { locksOf } from './lockable-parts.ts';
import { upgradeManifest } from './upgrade.ts';

/** The tiny pack as format 1 had it. */
function copyFormat1(): string {
  const folder = copyTinyPack();
  copyFileSync(TINY_PACK_FORMAT_1, path.join(folder, 'pack.json'));
  return folder;
}

const document = () => JSON.parse(readFileSync(TINY_PACK_FORMAT_1, 'utf8'));

describe('a pack of format 1', () => {
  it('loads', async () => {
    const inference = startInference(undefined, afterAll);
    const { pack } = await loadModels(copyFormat1(), inference);
    expect(pack.widths).toEqual({ clip: 512, z: 512, w: 512 });
  });

  it('is what format 2 says of the same', async () => {
    const [old, now] = await Promise.all([readManifest(copyFormat1()), readManifest(TINY_PACK)]);
    for (const field of ['widths', 'clip', 'flow', 'attributes', 'parts', 'directions'] as const) {
      expect(old[field]).toEqual(now[field]);
    }
    expect(old.generator.projection).toBe(now.generator.projection);
    expect(old.prompts).toMatchObject({ neutral: 'a portrait', examples: [] });
    expect(old.styles).toEqual([]);
  });

  it('may lack every part that it may lack', async () => {
    const folder = copyFormat1();
    editManifest(folder, (manifest) => {
      const format1 = manifest as unknown as Record<'generator' | 'clip', Record<string, unknown>>;
      delete format1.generator['firming'];
      delete format1.generator['preview'];
      Reflect.deleteProperty(manifest, 'changes');
    });
    const { generator, attributes } = await readManifest(folder);
    expect([generator.projection, generator.preview, attributes]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('can lock what directions with one beginning do', () => {
    const { directions, ...rest } = document();
    const named = (id: string) => ({ ...directions[0], id });
    const upgraded = upgradeManifest({
      ...rest,
      directions: [named('sky-hue'), named('sky-lightness'), named('smile')],
    });
    expect(upgraded).toMatchObject({
      parts: [
        { id: 'hair' },
        { id: 'sky', title: 'Sky', directions: ['sky-hue', 'sky-lightness'] },
      ],
    });
  });

  it('is refused for what it was refused for before', async () => {
    const folder = copyFormat1();
    editManifest(folder, (manifest) => Reflect.deleteProperty(manifest, 'flow'));
    await expect(readManifest(folder)).rejects.toThrow(/does not fit.*flow\.decode/s);
    editManifest(folder, ({ generator }) => (generator.meanW = '../mean_w.f32'));
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'pack-path-escapes' });
  });
});

it.each([null, 3, [], {}, { formatVersion: 1 }, { formatVersion: 2 }])(
  'leaves %j as it is',
  (document) => expect(upgradeManifest(document)).toBe(document),
);

it('locks are layer groups and the parts that a pack names', async () => {
  expect(locksOf(await readManifest(TINY_PACK))).toEqual([
    {
      ...{ id: 'coarse', title: 'Shape', description: 'The large shapes' },
      lock: { kind: 'layers', layers: [0, 0] },
    },
    { id: 'middle', title: 'Features', lock: { kind: 'layers', layers: [1, 1] } },
    {
      ...{ id: 'fine', title: 'Colours', description: 'Small shapes and the tint' },
      lock: { kind: 'layers', layers: [2, 3] },
    },
    { id: 'hair', title: 'Hair', lock: { kind: 'shown', what: 'hair' } },
  ]);
});
