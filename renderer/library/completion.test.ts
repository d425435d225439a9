import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../electron/contract/query.ts';
import { completionsOf } from './completion.ts';

const VOCABULARY = {
  tags: [
    { tag: 'sea', count: 7 },
    { tag: 'red sea', count: 2 },
    { tag: 'forest', count: 1 },
  ],
  boards: [{ name: 'My "best"', count: 3 }],
  packs: ['illustrated'],
};

const titles = (text: string) => completionsOf(text, VOCABULARY).map(({ title }) => title);

describe('completion', () => {
  it('begins with the names of filters, and goes on with what has the word in its name', () => {
    expect(titles('a man se')).toEqual(['seed:', 'sea', 'red sea']);
    expect(titles('pa')).toEqual(['pack:']);
    expect(titles('best')).toEqual(['My "best"']);
    expect(titles('zzz')).toEqual([]);
  });

  it('offers the values of a filter once it has a name, those that begin so first', () => {
    expect(titles('tag:')).toEqual(['sea', 'red sea', 'forest']);
    expect(titles('-tag:"r')).toEqual(['red sea', 'forest']);
    expect(titles('tag:SE')).toEqual(['sea', 'red sea']);
    expect(titles('label:p')).toEqual(['purple']);
    expect(titles('is:')).toEqual(['starred', 'trashed']);
    expect(titles('rating>=')).toEqual(['1', '2', '3', '4', '5']);
    expect(titles('seed:')).toEqual([]);
    expect(titles('mood:')).toEqual([]);
  });

  it('offers things of one name once, whatever they are', () => {
    const twice = {
      tags: [...VOCABULARY.tags, ...VOCABULARY.tags],
      boards: [...VOCABULARY.boards, { name: 'My "best"', count: 9 }],
      packs: ['illustrated', 'illustrated'],
    };
    for (const text of ['', 'se', 'be', 'il', 'board:', 'tag:', 'pack:', 'is:']) {
      const texts = completionsOf(text, twice).map((completion) => completion.text);
      expect(texts).toEqual([...new Set(texts)]);
    }
    expect(completionsOf('board:', twice)).toEqual([expect.not.objectContaining({ count: 3 })]);
  });

  it('says what the field would say, which can be read where it is whole', () => {
    const [board] = completionsOf('man -board:', VOCABULARY);
    expect(board).toMatchObject({ text: 'man -board:"My ""best""" ', isWhole: true, count: 3 });
    expect(parseQuery(board!.text).at(-1)).toMatchObject({ value: 'My "best"', negated: true });
    const [rating] = completionsOf('rat', VOCABULARY);
    expect(rating).toMatchObject({ text: 'rating>=', isWhole: false });
  });
});
