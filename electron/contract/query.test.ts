import { describe, expect, it } from 'vitest';
import { parseQuery, printQuery, timeOfDay, wordsOf } from './query.ts';

const word = (text: string, negated = false) => ({ kind: 'word', text, negated });
const phrase = (text: string, negated = false) => ({ kind: 'phrase', text, negated });
const filter = (name: string, comparison: string, value: string, negated = false) => ({
  ...{ kind: 'filter', name, comparison, value, negated },
});

describe('parsing', () => {
  it.each<[string, object[]]>([
    ['', []],
    ['  an   old man ', [word('an'), word('old'), word('man')]],
    ['"an old man" -beard', [phrase('an old man'), word('beard', true)]],
    ['-"red hair"x', [phrase('red hair', true), word('x')]],
    ['seed:7 SEED:8', [filter('seed', ':', '7'), filter('seed', ':', '8')]],
    ['likelihood>-100.5', [filter('likelihood', '>', '-100.5')]],
    ['score>=0.2 size<=512', [filter('score', '>=', '0.2'), filter('size', '<=', '512')]],
    ['-is:starred man', [filter('is', ':', 'starred', true), word('man')]],
    ['prompt:"old man" kind:edit', [filter('prompt', ':', 'old man'), filter('kind', ':', 'edit')]],
    [
      'before:2026-01-31 after:2025',
      [filter('before', ':', '2026-01-31'), filter('after', ':', '2025')],
    ],
    [
      'an old man - as an icon -',
      ['an', 'old', 'man', 'as', 'an', 'icon'].map((text) => word(text)),
    ],
    ['board:"my ""big"" one" "a ""b"', [filter('board', ':', 'my "big" one'), phrase('a "b')]],
    ['-"" a portrait: calm', [word('a'), word('portrait'), word('calm')]],
    ['semi-real naïve 🙂 10:30', [word('semi-real'), word('naïve'), word('🙂'), word('10:30')]],
  ])('%s', (text, terms) => {
    const query = parseQuery(text);
    expect(query).toEqual(terms);
    expect(parseQuery(printQuery(query))).toEqual(query);
  });

  it.each<[string, number, RegExp]>([
    ['man "old', 4, /never closed/],
    ['a mood:happy', 2, /no filter "mood".*seed, .*quotation marks/],
    ['seed:', 4, /follow "seed:"/],
    ['seed:seven', 4, /needs a number/],
    ['kind:dream', 4, /prompt, image, .* not "dream"/],
    ['is>starred', 2, /colon, as in is:starred/],
    ['before:2026-02-31', 6, /needs a day/],
    ['family:0190000', 6, /first 8 letters/],
    ['family:somebody', 6, /needs the id of a portrait/],
  ])('%s is refused with its place', (text, at, words) => {
    expect(() => parseQuery(text)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(words),
        details: { at },
      }),
    );
  });
});

it('only words that are looked for are told to CLIP', () => {
  expect(wordsOf(parseQuery('seed:7 an "old man" -beard -is:starred'))).toBe('an old man');
});

it.each([
  ['2026', '2026-01-01'],
  ['2026-03', '2026-03-01'],
  ['2026-03-04', '2026-03-04'],
])('the time of %s is the beginning of %s', (text, day) => {
  expect(timeOfDay(text)).toBe(Date.parse(day));
});

it.each(['', '26', '2026-13', '2025-02-29', '2026-1-1', 'yesterday'])('%s is no day', (text) => {
  expect(timeOfDay(text)).toBeNaN();
});
