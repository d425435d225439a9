import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { clipTokenizerDocument } from '../../../test/support/clip-bpe.ts';
import { startCpuTime } from '../../../test/support/cpu-time.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { Tokenizer } from './tokenizer.ts';

const START = 49406;
const END = 49407;
const CONTEXT = 77;

const cases = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        prompt: z.string(),
        ids: z.array(z.int()),
        too_long: z.boolean(),
        needs_ftfy: z.boolean(),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('../../../test/fixtures/clip-bpe/cases.json', import.meta.url), 'utf8'),
    ),
  ).items;

describe("the original CLIP's byte-pair encoding", () => {
  const tokenizer = new Tokenizer(clipTokenizerDocument(), CONTEXT);

  // The original repairs broken Unicode with ftfy first, which has no counterpart here.
  it.each(cases.filter(({ needs_ftfy }) => !needs_ftfy))('$name', ({ prompt, ids, too_long }) => {
    const kept = ids.slice(0, CONTEXT - 2);
    expect(tokenizer.encode(prompt)).toEqual({ ids: [START, ...kept, END], truncated: too_long });
  });
});

describe('WordPiece', async () => {
  const tokenizer = await Tokenizer.load(`${TINY_PACK}/clip/tokenizer.json`, 8);
  const [CLS, SEP, A, MAN] = [2, 3, 4, 10];

  it('splits words, ignores case and accents, and adds start and end', () => {
    expect(tokenizer.encode('A  mán')).toEqual({ ids: [CLS, A, MAN, SEP], truncated: false });
  });

  it.each([
    ['zoo', [48, 81, 81]],
    ['Smiling  MÁN, 42!', [14, MAN, 60, 53, 95, 61]],
    ["a\u00a0woman's hat", [A, 11, 63, 41, 22]],
    ['日本 zß', [1, 1, 1]],
  ])("gives Hugging Face's ids for %j", (text, ids) => {
    expect(tokenizer.encode(text).ids).toEqual([CLS, ...ids, SEP]);
  });

  it('keeps the end token of a text that is too long', () => {
    const { ids, truncated } = tokenizer.encode('a '.repeat(20));
    expect(ids).toEqual([CLS, A, A, A, A, A, A, SEP]);
    expect(truncated).toBe(true);
  });
});

it('refuses a document that is no tokenizer', () => {
  expect(() => new Tokenizer({ model: {} }, 8)).toThrow(
    expect.objectContaining({ code: 'pack-file-invalid' }),
  );
});

/** A WordPiece tokenizer of two words, with something else in the place of its parts. */
function tokenizerWith(parts: object): unknown {
  const vocab = { '[UNK]': 0, a: 1, b: 2 };
  return {
    ...{ added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null },
    ...{ decoder: null, model: { type: 'WordPiece', unk_token: '[UNK]', vocab } },
    ...parts,
  };
}

const replace = (pattern: object, content = '') => ({ type: 'Replace', pattern, content });
const split = (Regex: string) => ({ type: 'Split', pattern: { Regex }, invert: true });
const sequence = (name: string, all: unknown[]) => ({ type: 'Sequence', [name]: all });

describe('refuses what could run for ever or make a long text of a short one', () => {
  it.each<[string, object]>([
    ['an expression that backtracks', { pre_tokenizer: split('(a|a)+$') }],
    ['the same to replace', { normalizer: replace({ Regex: '(a+)+b' }) }],
    ['the same within a sequence', sequence('pretokenizers', [split('(?:a|a?)+b')])],
    ['repeats in the middle', { pre_tokenizer: split('a+a+a+a+b') }],
    ['many that may be missing', { pre_tokenizer: split('a?a?a?a?aaaa') }],
    ['what looks back', { pre_tokenizer: split(String.raw`a|(b)\1`) }],
    ['a long word looked back through', { pre_tokenizer: split(String.raw`\p{L}+(?!\S)`) }],
    ['repeats without end that are demanded', { pre_tokenizer: split('a{999}') }],
    ['what matches nothing', { normalizer: replace({ Regex: 'a*' }, 'b') }],
    ['an empty text to replace', { normalizer: replace({ String: '' }, 'b') }],
    ['a text that grows', { normalizer: replace({ String: 'a' }, 'aaaaaaaaaa') }],
    ['one that grows by being taken apart', { normalizer: replace({ String: 'a' }, '\ufdfa') }],
    [
      'a step that runs again',
      { normalizer: sequence('normalizers', [{ type: 'NFKC' }, { type: 'NFKC' }]) },
    ],
    [
      'a sequence of sequences',
      { normalizer: sequence('normalizers', [sequence('normalizers', [{ type: 'NFC' }])]) },
    ],
    ['pieces of no length', { pre_tokenizer: { type: 'FixedLength', length: 0 } }],
    ['a space of a million letters', { pre_tokenizer: { type: 'Metaspace', str_rep: 'aaaa' } }],
    [
      'a template that repeats the text',
      {
        post_processor: {
          type: 'TemplateProcessing',
          single: Array.from({ length: 9 }, () => ({ Sequence: { id: 'A', type_id: 0 } })),
        },
      },
    ],
    [
      'a word of any length',
      {
        model: {
          ...{ type: 'WordPiece', unk_token: '[UNK]', vocab: { '[UNK]': 0 } },
          max_input_chars_per_word: 1e9,
        },
      },
    ],
    ['more tokens than any', { added_tokens: Array.from({ length: 100_000 }, () => 0) }],
  ])('%s', (_, parts) => {
    const document = tokenizerWith('type' in parts ? { pre_tokenizer: parts } : parts);
    const cpuTime = startCpuTime();
    expect(() => new Tokenizer(document, 8)).toThrow(
      expect.objectContaining({
        code: 'pack-file-invalid',
        message: expect.not.stringMatching(/.{4000}/s),
      }),
    );
    expect(cpuTime()).toBeLessThan(1_000);
  });

  it('reads expressions of the three families', () => {
    for (const expression of [
      String.raw`<\|startoftext\|>|'s|'t|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`,
      String.raw` ?\p{L}+|\s+(?!\S)|\s+`,
      ' {2,}',
      String.raw`[!"#\$%&'\(\)\*\+,\-\.:;=\?@\[\\\]\^_\{\|\}\~]`,
    ]) {
      const normalizer = replace({ Regex: expression }, ' ');
      expect(() => new Tokenizer(tokenizerWith({ normalizer }), 8)).not.toThrow();
    }
  });
});

it("reads SentencePiece's unigrams", () => {
  const vocab = [
    ...['<unk>', '▁a', '▁man', '▁', 'man'].map((piece, i) => [piece, -i]),
    ['</s>', 0],
  ];
  const document = tokenizerWith({
    normalizer: { type: 'Precompiled', precompiled_charsmap: '' },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
    },
    model: { type: 'Unigram', unk_id: 0, vocab },
  });
  expect(new Tokenizer(document, 8).encode('a man').ids).toEqual([1, 2, 5]);
});

it('needs no longer for the longest words that a document may have', () => {
  const long = 'a'.repeat(2_000);
  const tokens = Array.from({ length: 256 }, (_, i) => 'a'.repeat(i + 1));
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const merges = tokens.slice(0, -1).map((token) => [token, 'a']);
  const pieces = tokens.slice(0, 64).map((token) => [token, -1]);
  const models = [
    { type: 'BPE', vocab, merges },
    { type: 'Unigram', unk_id: 0, vocab: pieces },
  ];
  const cpuTime = startCpuTime();
  for (const model of models) new Tokenizer(tokenizerWith({ model }), 77).encode(long);
  expect(cpuTime()).toBeLessThan(2_000);
});

it('needs no longer for the most of the slowest expressions that a document may have', () => {
  // Fails one letter before its end, at most of the places of the text.
  const slowest = split(Array.from({ length: 64 }, () => 'aaa{16}').join('|'));
  const steps = Array.from({ length: 16 }, () => slowest);
  const pre_tokenizer = sequence('pretokenizers', steps);
  const cpuTime = startCpuTime();
  new Tokenizer(tokenizerWith({ pre_tokenizer }), 77).encode(`${'a'.repeat(17)}b`.repeat(110));
  expect(cpuTime()).toBeLessThan(4_000);
});

it('says so where a word has no number, and does not pass it on', () => {
  const model = { type: 'BPE', vocab: { b: 0 }, merges: [] };
  const post_processor = { type: 'BertProcessing', sep: ['gone', 1], cls: ['gone', 1] };
  const tokenizer = new Tokenizer(tokenizerWith({ model, post_processor }), 8);
  expect(() => tokenizer.encode('b')).toThrow(
    expect.objectContaining({ code: 'pack-file-invalid' }),
  );
});

describe("CLIP's tokenizer as Hugging Face writes it", () => {
  const original = z.looseObject({ model: z.unknown() }).parse(clipTokenizerDocument());
  const tokenizer = new Tokenizer(
    {
      ...original,
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'NFC' },
          { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
          { type: 'Lowercase' },
        ],
      },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          {
            type: 'Split',
            pattern: {
              Regex: String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`,
            },
            behavior: 'Removed',
            invert: true,
          },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
        ],
      },
    },
    CONTEXT,
  );
  const readAlike = cases.filter(({ prompt, ids }) => {
    const expected = [START, ...ids.slice(0, CONTEXT - 2), END];
    return JSON.stringify(tokenizer.encode(prompt).ids) === JSON.stringify(expected);
  });

  it('gives the original’s tokens, but for text that ftfy repairs and the file does not', () => {
    const others = cases.filter((one) => !readAlike.includes(one));
    expect(cases).toHaveLength(32);
    expect(others.map(({ name }) => name)).toEqual(['fullwidth', 'ansi escape', 'mojibake']);
    expect(others.every(({ needs_ftfy }) => needs_ftfy)).toBe(true);
  });
});
