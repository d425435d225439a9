import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { caption } from './captions.ts';
import { colourNames } from './colour-names.ts';
import { palettes } from './palettes.ts';
import { seededRandom } from './random.ts';
import { samplePortrait } from './sample.ts';

const heldOut = JSON.parse(
  readFileSync(new URL('../unseen-prompts.json', import.meta.url), 'utf8'),
) as readonly { readonly word: string }[];

describe('captions', () => {
  const captions = Array.from({ length: 2_000 }, (_, seed) => {
    const random = seededRandom(seed);
    return caption(samplePortrait(random), random, random.next());
  });

  it('never use a word that evaluation holds back', () => {
    const said = captions.join('\n').toLowerCase();
    const leaked = heldOut.filter(({ word }) =>
      new RegExp(`\\b${word.toLowerCase()}\\b`).test(said),
    );
    expect(leaked).toEqual([]);
  });

  it('are sentences without holes', () => {
    for (const text of captions) expect(text).not.toMatch(/\{\}|undefined| {2}|, ,|^,|,$/);
  });
});

describe('colour names', () => {
  it('give every colour of clothes and backgrounds more names than its own', () => {
    for (const place of ['clothing', 'background'] as const) {
      for (const { name } of palettes[place]) {
        expect(colourNames[place][name]?.length, `${place} ${name}`).toBeGreaterThan(1);
      }
    }
  });

  it.each([
    ['scarlet', 'red'],
    ['carmine', 'red'],
    ['turquoise', 'teal'],
    ['marigold', 'yellow'],
    ['fern green', 'green'],
  ])('%s clothes are %s', (name, palette) => {
    expect(colourNames.clothing[palette]).toContain(name);
  });
});
