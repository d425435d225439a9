import { describe, expect, it } from 'vitest';
import { chosenOf, inStyle, outOfStyle, toggled } from './phrasing.ts';

const colours = {
  title: 'Colour of the sky',
  one: true,
  phrases: [{ words: 'blue sky' }, { words: 'light blue sky' }, { words: 'red sky' }],
};
const things = { title: 'Things', one: false, phrases: [{ words: 'a tree' }, { words: 'birds' }] };

describe('phrases of a prompt', () => {
  it('are found by whole words, the longest only', () => {
    expect([...chosenOf(colours, 'a hill, Light blue sky')]).toEqual(['light blue sky']);
    expect([...chosenOf(colours, 'a red skyline')]).toEqual([]);
    expect([...chosenOf(things, 'a tree with birds')]).toEqual(['a tree', 'birds']);
  });

  it('are found however their letters are written', () => {
    const group = {
      phrases: ['Straße', 'οδος', 'a sea', 'ink (thick:2)'].map((words) => ({ words })),
    };
    expect([...chosenOf(group, "STRAẞE, ΟΔΟΣ'α, A ſea")]).toEqual(['Straße', 'a sea', 'οδος']);
    expect([...chosenOf(group, 'Ink \\(thick\\:2\\)')]).toEqual(['ink (thick:2)']);
  });

  it.each([
    ['', 'red sky', colours, 'red sky'],
    ['a hill', 'red sky', colours, 'a hill, red sky'],
    ['a hill, light blue sky, birds', 'red sky', colours, 'a hill, red sky, birds'],
    ['a hill, red sky, birds', 'red sky', colours, 'a hill, birds'],
    ['a hill with birds', 'birds', things, 'a hill'],
    ['a hill and a tree, red sky', 'a tree', things, 'a hill, red sky'],
    ['a hill, birds', 'a tree', things, 'a hill, birds, a tree'],
    ['one, birds\ntwo', 'birds', things, 'one\ntwo'],
  ])('%j with %j', (prompt, words, group, then) => {
    expect(toggled(prompt, words, group)).toBe(then);
  });

  it('are taken back by the second time', () => {
    for (const prompt of ['', 'a hill', 'one\ntwo']) {
      expect(toggled(toggled(prompt, 'birds', things), 'birds', things)).toBe(prompt);
    }
  });
});

describe('a style that is kept', () => {
  const styles = [{ words: 'ink' }, { words: 'oil (thick' }];

  it.each(['a hill', 'one\ntwo', '{red|blue} sky'])('is put to %j and found again', (prompt) => {
    for (const { words } of styles) {
      expect(outOfStyle(inStyle(prompt, words), styles)).toEqual({ prompt, style: words });
    }
  });

  it('stands on each line that has words', () => {
    expect(inStyle('one\n\ntwo', 'ink')).toBe('one, (ink:1.5)\n\ntwo, (ink:1.5)');
    expect(inStyle('one', '')).toBe('one');
    expect(outOfStyle('one, (ink:1.4)', styles)).toEqual({ prompt: 'one, (ink:1.4)', style: '' });
  });
});
