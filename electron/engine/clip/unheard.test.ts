import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clipTokenizerDocument } from '../../../test/support/clip-bpe.ts';
import { Tokenizer } from './tokenizer.ts';
import { unheardWords } from './unheard.ts';
import { Vocabulary } from './vocabulary.ts';

const BERT = new URL(
  '../../../native-models/illustrated-portraits/clip/tokenizer.json',
  import.meta.url,
);
/** With room for a prompt, and for a few words. Reading one takes a while. */
const both = (document: unknown) =>
  [new Tokenizer(document, 77), new Tokenizer(document, 16)] as const;
const wordPiece = both(JSON.parse(readFileSync(BERT, 'utf8')));
const bytePairs = both(clipTokenizerDocument());

const SCRIPTS = ['женщина', 'κόσμος', '猫', 'مرحبا', 'שלום', 'हिन्दी', 'สวัสดี', '한국어'];

describe.each([
  ['WordPiece', wordPiece],
  ['byte pairs', bytePairs],
])('words that %s lacks', (_, [tokenizer, short]) => {
  it.each(SCRIPTS)('are those of other scripts: %s', (word) => {
    expect(unheardWords(`a smiling ${word}, laughing`, tokenizer)).toEqual([word]);
  });

  it.each(['a woman, “smiling” — 3.5', 'Ünïcödé café', 'qwrtpsdf & Zaphod!'])(
    'are none that it has pieces of: %s',
    (text) => expect(unheardWords(text, tokenizer)).toEqual([]),
  );

  it.each(['?!', '… — "', '.'])('are all there is of a text without words: %s', (text) => {
    expect(unheardWords(text, tokenizer)).toEqual(text.split(' '));
  });

  it('are told each once, in their order, also where nothing divides them', () => {
    expect(unheardWords('日本の少女 and 日本', tokenizer)).toEqual(['日本', 'の', '少女']);
  });

  it.each(['hat', 'smiling-women'])('are those beyond the context, to the word: %s', (word) => {
    const words = Array.from({ length: 40 }, (_, i) => `${word}${i}`);
    const unheard = unheardWords(words.join(' '), short);
    const known = words.length - unheard.length;
    expect(unheard).toEqual(words.slice(known));
    const isCut = (n: number) => short.encode(words.slice(0, n).join(' ')).truncated;
    expect([isCut(known), isCut(known + 1)]).toEqual([false, true]);
  });
});

it('WordPiece has no emoji, and CLIP’s own byte pairs have', () => {
  expect(unheardWords('a man 🎩', wordPiece[0])).toEqual(['🎩']);
  expect(unheardWords('a man 🎩', bytePairs[0])).toEqual([]);
});

it('single bytes of a character are no word', () => {
  expect(unheardWords('Łukasz Đặng', bytePairs[0])).toEqual(['Đặng']);
});

/** SentencePiece's unigrams, as other families of packs have them. */
const unigrams = {
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['▁red', -1],
      ['▁hat', -1],
    ],
  },
};

it('a vocabulary may be a list, with the place of what is unknown', () => {
  const vocabulary = new Vocabulary(unigrams);
  expect(['▁red', '<unk>', '▁blue'].map((token) => vocabulary.isText(token))).toEqual([
    true,
    false,
    false,
  ]);
  expect(['hat', 'шляпа'].map((word) => vocabulary.reads(word))).toEqual([true, false]);
});
