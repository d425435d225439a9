import { describe, expect, it } from 'vitest';
import { StudioError } from './errors.ts';
import {
  countPrompts,
  drawnWords,
  expandPrompt,
  hasMarkup,
  readPrompt,
  thingsIn,
} from './prompt-markup.ts';

function refusalOf(read: () => unknown): { message: string; position: unknown } {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof StudioError)) throw thrown;
    expect(thrown.code).toBe('prompt-invalid');
    return { message: thrown.message, position: thrown.details?.['position'] };
  }
  throw new Error('It was not refused.');
}

/** Each is refused for what is wrong at a position. Whoever only writes it is not told of a run that did not begin. */
function refuses(
  read: (text: string) => unknown,
  cases: readonly [text: string, words: string, position: number][],
): void {
  it.each(cases)('refuses %j and says where', (text, words, position) => {
    const refusal = refusalOf(() => read(text));
    expect(refusal.message).toContain(words);
    expect(refusal.message).toContain(`character ${position + 1}`);
    expect(refusal.message).not.toContain('was drawn');
    expect(refusal.position).toBe(position);
  });
}

describe('alternatives and lines', () => {
  it.each<[string, string[]]>([
    ['red hair', ['red hair']],
    ['{red|blue|green} hair', ['red hair', 'blue hair', 'green hair']],
    ['a {sad|glad} {man|woman}', ['a sad man', 'a sad woman', 'a glad man', 'a glad woman']],
    ['{|old } man', ['man', 'old man']],
    ['a {tall} man', ['a tall man']],
    ['{({a|b}:1.2)', []],
    ['{(red:1.3)|blue} hair', ['(red:1.3) hair', 'blue hair']],
    ['a \\{b\\|c\\}', ['a \\{b\\|c\\}']],
    ['{a\\|b|c}', ['a\\|b', 'c']],
    ['a | b', ['a | b']],
    ['one\r\n\n  two  \rthree', ['one', 'two', 'three']],
    ['{a|b}\nc', ['a', 'b', 'c']],
    ['', ['']],
    [' \n ', ['']],
  ])('%j', (text, prompts) => {
    if (prompts.length === 0) return void refusalOf(() => expandPrompt(text));
    expect(expandPrompt(text)).toEqual(prompts);
    if (text.trim() !== '') expect(countPrompts(text)).toBe(prompts.length);
  });

  refuses(expandPrompt, [
    ['a {red|blue sky', 'opened and not closed', 2],
    ['a red} sky', 'closed that was not opened', 5],
    ['{a|{b|c}}', 'within others', 3],
    ['fine\n{a', 'opened and not closed', 5],
  ]);

  it('counts before it makes them, and refuses more than can be drawn', () => {
    const many = '{a|b}'.repeat(60);
    expect(refusalOf(() => countPrompts(many)).message).toMatch(/make 1,152,921,[\d,]+ prompts/);
    expect(refusalOf(() => expandPrompt(many)).message).toContain('1,000 are the most');
  });
});

describe('weights', () => {
  it.each<[string, string, [string, number, string][]]>([
    ['a man with (red hair:1.3)', 'a man with red hair', [['red hair', 1.3, 'a man with']]],
    ['(red hair:0)', 'red hair', [['red hair', 0, '']]],
    ['(a:1) b', 'a b', []],
    ['(a:.5), (b: 2 ), c', 'a, b, c', [['a', 0.5, 'b, c'], ['b', 2, 'a, c']]], // prettier-ignore
    ['a (small) man', 'a (small) man', []],
    ['((a:1.5) b)', '(a b)', [['a', 1.5, '( b)']]],
    ['(a (b) c:1.5)', 'a (b) c', [['a (b) c', 1.5, '']]],
    ['\\(a\\:1.3\\)', '(a:1.3)', []],
    ['(at 10\\:30:1.2)', 'at 10:30', [['at 10:30', 1.2, '']]],
    ['happy :( :)', 'happy :( :)', []],
  ])('%j', (prompt, text, parts) => {
    const reading = readPrompt(prompt);
    expect(reading.text).toBe(text);
    expect(reading.parts.map(({ text, weight, rest }) => [text, weight, rest])).toEqual(parts);
  });

  refuses(readPrompt, [
    ['a (b:much)', 'is a number', 5],
    ['a (b:)', 'is a number', 2],
    ['a (b:2.1)', 'from 0 to 2', 5],
    ['a (b:-1)', 'from 0 to 2', 5],
    ['a (b:1.3', 'opened and not closed', 2],
    ['((a:1.2) b:1.3)', 'within others', 1],
    ['x (:1.3)', 'no words', 2],
    ['{a|b} c', 'several prompts', 0],
  ]);
});

describe('negations', () => {
  it.each<[string, [string, string][]]>([
    ['a man with a beard', []],
    ['a man without a beard', [['beard', 'a man with a beard']]],
    ['a man with no beard', [['beard', 'a man with beard']]],
    ['no beard', [['beard', 'beard']]],
    ['a student, no glasses, red hair', [['glasses', 'a student, glasses, red hair']]],
    ['a woman not smiling', [['smiling', 'a woman smiling']]],
    ['a woman who never smiles and waves', [['smiles', 'a woman who smiles and waves']]],
    ['a man who isn’t wearing a hat', [['hat', 'a man who is wearing a hat']]],
    ["someone who doesn't wear any hat", [['hat', 'someone who does wear any hat']]],
    ['no hat or beard', [['hat', 'hat or beard'], ['beard', 'hat or beard']]], // prettier-ignore
    ['no hat and no beard', [['hat', 'hat and no beard'], ['beard', 'no hat and beard']]], // prettier-ignore
    ['without glasses with red hair', [['glasses', 'with glasses with red hair']]],
    ['a piano', []],
    ['a man no longer young', []],
    ['not what anybody here would ever have expected', []],
  ])('%j', (prompt, negations) => {
    const found = readPrompt(prompt).negations.map(({ thing, affirmed }) => [thing, affirmed]);
    expect(found).toEqual(negations);
  });
});

it('tells words that mean the same either way from markup', () => {
  const plain = ['a man (old), 10:30', 'a | b', 'happy :('];
  expect(plain.map(hasMarkup)).toEqual([false, false, false]);
  const marked = ['(a:1.2)', '(a:1)', 'no hat', 'a \\{b\\}'];
  expect(marked.map(hasMarkup)).toEqual([true, true, true, true]);
});

it('takes apart what is to be left out', () => {
  expect(thingsIn(' a beard, round  glasses\nhat;, ')).toEqual(['a beard', 'round glasses', 'hat']);
});

it.each([
  'a {red|blue} sky',
  '(red:1.3) sky',
  'one\\{two',
  'a sky (in the evening) :)',
  'a {sky',
  'no clouds',
])('words that were drawn as they stand are read so: %j', (prompt) => {
  const [read, ...others] = expandPrompt(drawnWords({ prompt, settings: {} }));
  expect(others).toEqual([]);
  expect(readPrompt(read ?? '')).toMatchObject({ text: prompt, parts: [] });
  expect(drawnWords({ prompt, settings: { markup: true } })).toBe(prompt);
});
