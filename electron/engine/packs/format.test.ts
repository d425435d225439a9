import { describe, expect, it } from 'vitest';
import {
  copyTinyPack,
  editManifest,
  TINY_PACK_BARE,
  TINY_PACK_NARROW,
  TINY_PACK_WIDE,
} from '../../../test/support/packs.ts';
import type { PackManifest, PhraseGroup } from '../../contract/pack.ts';
import { readManifest } from './manifest.ts';
import { parsePhrases } from './phrases.ts';

const colours = (colour: string): PhraseGroup => ({
  ...{ title: 'Colours', one: true, phrases: [{ words: 'a red sky', colour }] },
});

describe('readManifest', () => {
  it('opens a pack of three widths', async () => {
    const { widths, clip } = await readManifest(TINY_PACK_WIDE);
    expect(widths).toEqual({ clip: 768, z: 512, w: 256 });
    expect(clip.text.padding).toEqual({ kind: 'context', id: 0 });
  });

  it.each([TINY_PACK_BARE, TINY_PACK_NARROW])('opens %s without optional parts', async (folder) => {
    const { attributes, ...manifest } = await readManifest(folder);
    expect(attributes).toBeUndefined();
    expect(manifest).toMatchObject({
      ...{ directions: [], parts: [], styles: [] },
      prompts: { neutral: 'a picture', examples: [], phrases: [] },
      clip: { text: { padding: { kind: 'none' } } },
    });
  });

  it.each<[what: string, edit: (manifest: PackManifest) => void]>([
    [
      'a bijective flow between widths',
      (m) =>
        Object.assign(m, {
          flow: { ...m.flow, kind: 'bijective' },
          widths: { clip: 512, z: 512, w: 256 },
        }),
    ],
    ['a width of nothing', (m) => (m.widths.z = 0)],
    ['a part twice', (m) => m.parts.push(m.parts[0]!)],
    ['a part of attributes there are not', (m) => (m.parts[0]!.attributes = [[0, 7]])],
    ['a part of directions there are not', (m) => (m.parts[0] = part({ directions: ['age'] }))],
    ['a part of nothing', (m) => (m.parts[0] = part({}))],
    ['a part of both', (m) => (m.parts[0] = part({ attributes: [[0, 1]], directions: ['smile'] }))],
    ['a part that is called like layers', (m) => (m.parts[0]!.id = 'fine')],
    ['a group of layers there are not', (m) => (m.generator.layerGroups[2]!.layers = [2, 4])],
    ['a group called all', (m) => (m.generator.layerGroups[0]!.id = 'all')],
    ['a group twice', (m) => (m.generator.layerGroups[0]!.id = 'fine')],
    ['a direction twice', (m) => m.directions.push(m.directions[0]!)],
    ['a vocabulary without a hash', (m) => (m.vocabulary = 'words.txt')],
    ['a sample outside the pack', (m) => (m.styles[0]!.sample = '../a.png')],
    ['no neutral phrase', (m) => (m.prompts.neutral = '')],
    ['too long a phrase', (m) => (m.prompts.examples = ['x'.repeat(201)])],
    ['too many phrases', (m) => (m.prompts.examples = Array.from({ length: 25 }, () => 'x'))],
    [
      'a group of no phrases',
      (m) => (m.prompts.phrases = [{ title: 'x', one: true, phrases: [] }]),
    ],
    ['a colour that is none', (m) => (m.prompts.phrases = [colours('red')])],
    ['a style of no words', (m) => (m.styles[0]!.words = '')],
  ])('refuses %s', async (_, edit) => {
    const folder = copyTinyPack();
    editManifest(folder, edit);
    await expect(readManifest(folder)).rejects.toMatchObject({
      code: expect.stringMatching(/^pack-(not-a-pack|path-escapes)$/),
    });
  });
});

function part(rest: Partial<PackManifest['parts'][number]>): PackManifest['parts'][number] {
  return { id: 'roof', title: 'Roof', ...rest };
}

describe('parsePhrases', () => {
  const parse = (text: string) => parsePhrases('words.txt', Buffer.from(text));

  it('reads a phrase a line, each once', () => {
    expect(parse('# said of it\r\na house\r\n\n a wood \na house')).toEqual(['a house', 'a wood']);
  });

  it.each(['x'.repeat(201), Array.from({ length: 2_001 }, (_, i) => `word ${i}`).join('\n')])(
    'refuses more than it takes',
    (text) => expect(() => parse(text)).toThrow(/has more than/),
  );
});
