import { homedir } from 'node:os';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  animationFile,
  gathered,
  layerName,
  number,
  phrase,
  place,
  portraitId,
  portraitIds,
  setting,
  upTo,
  word,
  words,
} from './arguments.ts';

describe('a slider', () => {
  it.each([
    ['smile=1', { name: 'smile', amount: 1 }],
    ['smile=-1.5@coarse', { name: 'smile', amount: -1.5, layers: 'coarse' }],
    ['sad -> laughing=0.8@fine', { name: 'sad -> laughing', amount: 0.8, layers: 'fine' }],
    // Only what follows the amount names layers.
    ['me@work=1', { name: 'me@work', amount: 1 }],
    ['a=b=2@all', { name: 'a=b', amount: 2, layers: 'all' }],
  ])('is read from %s', (text, expected) => {
    expect(setting(text, [])).toEqual([expected]);
  });

  it('comes after those before it', () => {
    const first = setting('smile=1@fine', []);
    expect(setting('3=-2', first)).toEqual([...first, { name: '3', amount: -2 }]);
  });

  it.each(['smile=1@', 'smile=1@Fine', 'smile=1@fine@all', 'smile=1@ fine'])(
    'is refused with what its layers may be: %s',
    (text) => {
      expect(() => setting(text, [])).toThrow('It must be the name of layers, such as fine.');
    },
  );

  it.each(['smile', '=1', 'smile@fine', 'smile=', 'smile=@fine', 'smile=wide@fine', 'smile=11'])(
    'is refused without a name and an amount that portraits survive: %s',
    (text) => {
      expect(() => setting(text, [])).toThrow();
    },
  );
});

it('a phrase is words on either side of its arrow, and no path', () => {
  expect(phrase('sad -> laughing=1', [])).toEqual(setting('sad -> laughing=1', []));
  for (const text of ['me.heic=1', 'sad -> ./me=1', '~/me -> sad=0.5@fine']) {
    expect(() => phrase(text, [])).toThrow('the path of a file');
  }
});

describe('what is wrong with a value is said in words', () => {
  const count = upTo(1_000);

  it.each([
    ['0', 'It must be at least 1.'],
    ['1.5', 'It must be a whole number.'],
    ['1001', 'It must be at most 1000.'],
    ['99999999999999999999', 'It must be at most 1000.'],
  ])('of a number: %s', (text, said) => {
    expect(() => count(text)).toThrow(new InvalidArgumentError(said));
  });

  it('of a choice, and of text', () => {
    const rate = number(z.literal([24, 30]));
    expect(() => rate('25')).toThrow(new InvalidArgumentError('It must be one of 24, 30.'));
    expect(() => number(z.int().positive())('0')).toThrow('It must be more than 0.');
    const name = word(z.string().min(1).max(9));
    expect(() => name('')).toThrow(new InvalidArgumentError('It must not be empty.'));
    expect(() => name('a'.repeat(10))).toThrow('It must have at most 9 characters.');
  });
});

it('layers have names, those of the pack among them', () => {
  expect(layerName('middle')).toBe('middle');
  expect(layerName('eyes-and-mouth')).toBe('eyes-and-mouth');
  expect(() => layerName('3')).toThrow('It must be the name of layers, such as fine.');
});

describe('a number', () => {
  const any = number(z.number());

  it.each([
    ['2', 2],
    [' 0.5 ', 0.5],
    ['-1.5', -1.5],
    ['.5', 0.5],
    ['1e3', 1_000],
    ['007', 7],
  ])('is read from %j', (text, value) => expect(any(text)).toBe(value));

  it.each(['', ' ', '0x10', '0b1', '٣', 'NaN', 'Infinity', '1e999', '1_000', '1 000', '--1', '5s'])(
    'is none: %j',
    (text) => expect(() => any(text)).toThrow('It must be a number, such as 2 or 0.5.'),
  );

  it('says how decimals are written', () => {
    expect(() => any('1,5')).toThrow('a point before decimals');
  });

  it.each(['0', '-1', '1.5', '11', '99999999999999999999'])('of things is refused: %s', (text) => {
    expect(() => upTo(10)(text)).toThrow();
  });
});

describe('an id', () => {
  const id = '0199a5b2-7c00-7000-8000-00000000000a';

  it('may be in capitals, and becomes what the library knows', () => {
    expect(portraitId(` ${id.toUpperCase()}`)).toBe(id);
    expect(portraitIds(id.toUpperCase(), ['x'])).toEqual(['x', id]);
  });

  it('may be its beginning', () => {
    expect(portraitId('0199A5B2')).toBe('0199a5b2');
    expect(portraitId(id.slice(0, 20))).toBe(id.slice(0, 20));
  });

  it.each([
    ...['', 'mine', id.slice(1), id.replace('-7000', '-4000')],
    ...[id.slice(0, 7), '0199a5b27c00', `${id.slice(0, 14)}4`, `${id}0`],
  ])('is none: %j', (text) => {
    expect(() => portraitId(text)).toThrow('as "clip-flow list" shows them');
  });
});

describe('a path', () => {
  it.each([
    ['~/x', `${homedir()}/x`],
    ['~', homedir()],
    ['file:///tmp/a%20b', '/tmp/a b'],
    ['./~/x', './~/x'],
    [' two  spaces ', ' two  spaces '],
  ])('is read from %j', (text, file) => expect(place(text)).toBe(file));

  it.each(['', '  ', 'a\0b', '~somebody/x'])('is none: %j', (text) => {
    expect(() => place(text)).toThrow();
  });

  it.each(['film.mp4', 'film.MOV', 'face.png', 'me.heic', 'a.svg', '/'])(
    'is no animation’s: %s',
    (text) => {
      expect(() => animationFile(text)).toThrow();
    },
  );
});

it('words lose what files leave in them, and are no paths', () => {
  expect(words('\ufeffa\r\nwoman\r')).toBe('a woman');
  expect(() => words('me.heic')).toThrow('the path of a file');
});

it('an option that is repeated gathers each thing once', () => {
  const read = gathered(words);
  expect(read('b,c', read('a,b', []))).toEqual(['a', 'b', 'c']);
});
