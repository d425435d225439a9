import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { briefCaption, caption, colourCaption, foreignCaption, tagCaption } from './captions.ts';
import type { Kind } from './phrases.ts';
import { colourNames } from './colour-names.ts';
import { palettes } from './palettes.ts';
import { seededRandom } from './random.ts';
import { labelsOf, samplePortrait } from './sample.ts';
import { languageNames, vocabulary } from './vocabulary.ts';

const heldOut = JSON.parse(
  readFileSync(new URL('unseen-prompts.json', import.meta.url), 'utf8'),
) as readonly { readonly word: string }[];

describe('captions', () => {
  const portraits = Array.from({ length: 2_000 }, (_, seed) => samplePortrait(seededRandom(seed)));
  const told = portraits.flatMap((portrait, seed) => {
    const random = seededRandom(seed, 1);
    return [caption(portrait, random, random.next()), briefCaption(portrait, random)];
  });
  const captions = told.map(({ text }) => text);

  it('never use a word that evaluation holds back', () => {
    const said = captions.join('\n').toLowerCase();
    const leaked = heldOut.filter(({ word }) =>
      new RegExp(`\\b${word.toLowerCase()}\\b`).test(said),
    );
    expect(leaked).toEqual([]);
  });

  it('say what they tell, and nothing of what they leave out', () => {
    const tells = (kind: Kind) => (word: RegExp) => {
      for (const { text, said } of told) if (word.test(text)) expect(said, text).toContain(kind);
    };
    tells('background')(/background|backdrop|wall/);
    tells('beard')(/moustache|\bgoatee|stubble|no beard/);
    tells('skin')(/skin(ned)?\b/);
    tells('headwear')(/\bturban|hijab|beanie\b/);
    tells('glasses')(/\bspectacles|sunglasses|eyepatch\b/);
  });

  it('say in many ways what is missing, and never of what is there', () => {
    const ways = (thing: RegExp) => told.filter(({ text }) => thing.test(text));
    const noGlasses = ways(
      /(no|without|any|minus the|off the|skip the) (glasses|spectacles|eyewear)/,
    );
    expect(
      new Set(noGlasses.map(({ text }) => /\S+ \S+ (glasses|spectacles|eyewear)/.exec(text)?.[0]))
        .size,
    ).toBeGreaterThan(15);
    for (const { said } of noGlasses) expect(said).toContain('glasses');
    portraits.forEach((portrait, i) => {
      const { glasses } = labelsOf(portrait);
      const texts = [told[2 * i], told[2 * i + 1]].map((caption) => caption?.text ?? '').join('\n');
      if (glasses !== undefined)
        expect(texts).not.toMatch(/\b(no|without|any) (glasses|spectacles|eyewear)\b/);
    });
  });

  it.each([
    [/\b(she|her)\b/, /\b(he|him|his|they|them|their)\b/],
    [/\b(he|him|his)\b/, /\b(she|her|they|them|their)\b/],
    [/\b(they|them|their)\b/, /\b(she|her|he|him|his)\b/],
  ])('call somebody by one pronoun throughout: %s', (own, others) => {
    const spoken = told.filter(({ text }) => own.test(text.replace(/in (her|his) \w+ies/, '')));
    expect(spoken.length).toBeGreaterThan(50);
    for (const { text, said } of spoken) {
      expect(text).not.toMatch(others);
      if (!own.test('they')) expect(said, text).toContain('persona');
    }
  });

  it('say who it is only where it can be read', () => {
    const people = new RegExp(
      `\\b(she|her|he|him|his|${Object.values(vocabulary.subjects).flat().join('|')})\\b`,
      'i',
    );
    const foreign = languageNames
      .flatMap((name) => Object.entries(vocabulary[name]))
      .flatMap(([key, words]) => (key.startsWith('persona ') ? words : []));
    const said = told.filter((one) => one.said.includes('persona'));
    for (const { text } of said) {
      if (!foreign.some((word) => text.includes(word))) expect(text).toMatch(people);
    }
  });

  it('say a colour of hair only where it can be read', () => {
    const stubbly = Array.from({ length: 20_000 }, (_, seed) => samplePortrait(seededRandom(seed)))
      .filter((portrait) => labelsOf(portrait).beard === 'stubble')
      .map((portrait, seed) => briefCaption(portrait, seededRandom(seed, 1)))
      .filter(({ text }) => /^an? ((?! and ).)*stubble( on \w+ \w+)?$/.test(text));
    expect(stubbly.length).toBeGreaterThan(1);
    for (const { text, said } of stubbly) expect(said, text).not.toContain('hair');
  });

  it('are at times bare words, without article or verb', () => {
    const tags = portraits.map((portrait, seed) => tagCaption(portrait, seededRandom(seed, 2)));
    const texts = tags.map(({ text }) => text);
    expect(texts).toContain('hat');
    expect(texts.some((text) => /^(man|woman), \w+$/.test(text))).toBe(true);
    const articles = texts.filter((text) => /^(a|an|the) /.test(text));
    expect(articles.length / texts.length).toBeLessThan(0.02);
    for (const [i, { text, said }] of tags.entries()) {
      expect(text).not.toBe('');
      const { headwear } = labelsOf(portraits[i] ?? samplePortrait(seededRandom(0)));
      if (/\bhats?$/.test(text) && headwear !== undefined) expect(said).toContain('headwear');
    }
  });

  it('name several colours, each beside its thing', () => {
    const bound = portraits.map((portrait, seed) => colourCaption(portrait, seededRandom(seed, 2)));
    for (const { text, said } of bound) {
      if (/glasses|frames|spectacles/.test(text)) {
        expect(said).toEqual(expect.arrayContaining(['accessory', 'glasses']));
      }
    }
    const kinds = bound.map(({ said }) => said.filter((kind) => kind in palettes).length);
    expect(kinds.filter((count) => count > 1).length).toBeGreaterThan(0.95 * kinds.length);
    expect(Math.max(...kinds)).toBe(4);
  });

  it('say black and white of drawings alone whose colours are so', () => {
    const drawings = Array.from({ length: 30_000 }, (_, seed) =>
      samplePortrait(seededRandom(seed)),
    ).filter(({ style }) => style === 'lorelei');
    const called = drawings.flatMap((portrait, seed) => {
      const { text } = briefCaption(portrait, seededRandom(seed, 1));
      return /black.and.white|monochrome|one colour|uncoloured/.test(text) ? [portrait] : [];
    });
    expect(called.length).toBeGreaterThan(10);
    for (const { named } of called) {
      expect(['black', 'grey', 'white']).toContain(palettes.background[named.background]?.name);
    }
  });

  it('speak five other languages at times', () => {
    const texts = portraits.map((portrait, seed) =>
      foreignCaption(portrait, seededRandom(seed, 2)),
    );
    const said = texts.map(({ text }) => text).join('\n');
    for (const hat of ['Hut', 'chapeau', 'cappello', 'chapéu', 'rote Haare', 'capelli rossi']) {
      expect(said).toContain(hat);
    }
  });

  it.each([
    [/\b(not|isn't|never) bald\b/, 'hairLength', ['short', 'medium', 'long']],
    [
      /\b(not|isn't|never) smil/,
      'expression',
      ['sad', 'angry', 'surprised', 'worried', 'neutral', 'kissing'],
    ],
  ] as const)('negate what is not so: %s', (words, kind, values) => {
    const negated = portraits.flatMap((portrait, i) => {
      const both = [told[2 * i], told[2 * i + 1]];
      return both.some((one) => one && words.test(one.text)) ? [labelsOf(portrait)[kind]] : [];
    });
    expect(negated.length).toBeGreaterThan(5);
    for (const value of negated) expect(values).toContain(value);
  });

  it('are often brief', () => {
    const brief = portraits.map((portrait, seed) => briefCaption(portrait, seededRandom(seed, 1)));
    const words = brief.map(({ text }) => text.split(' ').length);
    expect(words.reduce((sum, count) => sum + count) / words.length).toBeLessThan(10);
  });

  it('are sentences without holes', () => {
    for (const text of captions) expect(text).not.toMatch(/\{|undefined| {2}|, ,|^,|,$|\ba the /);
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
