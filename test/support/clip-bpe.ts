import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const FOLDER = new URL('../fixtures/clip-bpe/', import.meta.url);

/** The original CLIP's tokenizer as a `tokenizer.json` document, built from its list of merges. */
export function clipTokenizerDocument(): object {
  const merges = gunzipSync(readFileSync(new URL('merges.txt.gz', FOLDER)))
    .toString('utf8')
    .split('\n');
  const letters = byteLetters();
  const special = ['<|startoftext|>', '<|endoftext|>'];
  const tokens = [
    ...letters,
    ...letters.map((letter) => `${letter}</w>`),
    ...merges.map((merge) => merge.replace(' ', '')),
    ...special,
  ];
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const [start, end] = special.map((token) => [token, vocab[token]]);
  return {
    version: '1.0',
    added_tokens: special.map((content) => ({
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: true,
      special: true,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
          behavior: 'Removed',
          invert: true,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: end,
      cls: start,
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<|endoftext|>',
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      vocab,
      merges,
    },
  };
}

/**
 * The letters byte-level BPE writes bytes as, in the order of the vocabulary: printable bytes first,
 * as themselves, then the others, moved up to U+0100 and on.
 */
function byteLetters(): string[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  return [
    ...bytes.filter(isPrintable),
    ...bytes.filter((byte) => !isPrintable(byte)).map((_, i) => 256 + i),
  ].map((code) => String.fromCharCode(code));
}
