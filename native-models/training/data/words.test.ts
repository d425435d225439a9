import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { completeVocabulary, vocabulary } from './vocabulary.ts';
import { parseTables, readWords } from './words.ts';

describe('a file of words', () => {
  it('holds tables, of which a word can be more frequent than others', () => {
    const text =
      '# remark\n\n[hair]\nred: ginger *2 | as red as\n  a fox\ngrey: silver\n\n[eyes]\nany: blue\n';
    expect(parseTables(text)).toEqual({
      hair: { red: ['ginger', 'ginger', 'as red as a fox'], grey: ['silver'] },
      eyes: { any: ['blue'] },
    });
  });

  it.each(['red: ginger', '[hair]\nred ginger', '[hair\nred: ginger'])('is not %j', (text) => {
    expect(() => parseTables(text)).toThrow('Neither a table nor an entry');
  });

  it.each(['[a]\nx: red\n[a]\ny: blue\n', '[a]\nx: red\nx: blue\n'])(
    'says nothing twice: %j',
    (text) => {
      expect(() => parseTables(text)).toThrow('Comes twice');
    },
  );

  it('has a hole where a bar is too many, which its schema refuses', () => {
    expect(parseTables('[a]\nx: red | \n# remark\n  blue\n')).toEqual({
      a: { x: ['red', 'blue'] },
    });
    expect(parseTables('[a]\nx: red |\n')).toEqual({ a: { x: ['red', ''] } });
  });

  it('is refused where a table or a key is missing or unknown', () => {
    const table = z.record(z.string(), z.array(z.string()));
    expect(() => readWords('headwear', { headwear: table, shoes: table })).toThrow('shoes');
    expect(() => readWords('headwear', {})).toThrow('headwear');
    expect(() => readWords('headwear', { headwear: z.record(z.enum(['hat']), z.any()) })).toThrow(
      'hijab',
    );
  });
});

describe('the vocabulary', () => {
  it('has late words in one of four places, and only where captions hold nothing back', () => {
    const late = ['copper', 'flaxen', 'sandy'];
    const share = (words: readonly string[] = []) =>
      words.filter((word) => late.includes(word)).length / words.length;
    for (const colour of ['red', 'blond'] as const) {
      expect(share(vocabulary.hairColours[colour])).toBe(0);
      expect(share(completeVocabulary.hairColours[colour])).toBeCloseTo(0.25, 1);
    }
    expect(completeVocabulary.nouns['hair red']).toContain('redhead');
  });

  it('says no word twice where it means two colours or two expressions', () => {
    for (const table of [vocabulary.hairColours, vocabulary.plainColours, vocabulary.adjectives]) {
      const words = Object.values(table).flatMap((words) => [...new Set(words)]);
      const twice = words.filter((word, i) => words.indexOf(word) !== i);
      expect(twice).toEqual([]);
    }
  });
});
