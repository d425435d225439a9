/** Which text a tokenizer's vocabulary has words for. */
import { z } from 'zod';

/** By token; SentencePiece's unigrams have a list of tokens with their likelihoods. */
type Tokens = Record<string, unknown> | readonly (readonly [string, unknown])[];

/** A `tokenizer.json`, as far as it says how tokens stand for text. */
const fileSchema = z.looseObject({
  model: z.looseObject({
    // Each was looked at when the file was read, which is not done again: it takes a tenth of a second.
    vocab: z.custom<Tokens>((value) => typeof value === 'object' && value !== null),
    unk_token: z.string().nullish(),
    /** Where it stands in such a list. */
    unk_id: z.int().nullish(),
    continuing_subword_prefix: z.string().nullish(),
    end_of_word_suffix: z.string().nullish(),
  }),
  pre_tokenizer: z.unknown(),
  decoder: z.unknown(),
});

/** Scripts that vocabularies often have letters of and nothing more. Latin every one has. */
const SCRIPTS = (
  'Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han ' +
  'Hangul Hebrew Hiragana Kannada Katakana Khmer Lao Malayalam Mongolian Myanmar Oriya Sinhala Tamil ' +
  'Telugu Thai Tibetan'
)
  .split(' ')
  .map((name) => new RegExp(`\\p{Script=${name}}`, 'u'));

/**
 * A script is read where so many pieces are in it, or this share of a small vocabulary: the 30,522 tokens of
 * English BERT hold 247 Chinese characters and 47 pieces of Cyrillic, those of multilingual ones thousands.
 */
const PIECES_OF_A_SCRIPT = 400;
const SHARE_OF_A_SCRIPT = 0.05;

/** A byte that SentencePiece has no character for. */
const BYTE_FALLBACK = /^<0x[0-9A-F]{2}>$/;

export class Vocabulary {
  readonly #tokens: ReadonlySet<string>;
  /** What stands for a word that is not there. */
  readonly #unknown: string | undefined;
  /** Before pieces that go on with a word, as in WordPiece, or at the start of one, as in SentencePiece. */
  readonly #prefixes: readonly string[];
  /** After pieces that end a word, as in CLIP's byte-pair encoding. */
  readonly #suffix: string;
  /** Whether letters stand for bytes (Radford et al., "Language models are unsupervised multitask learners", 2019, §2.2). */
  readonly #isOfBytes: boolean;
  readonly #read = new Map<RegExp, boolean>();
  #pieces: readonly string[] | undefined;

  /** @param document a `tokenizer.json` */
  constructor(document: unknown) {
    const { model, pre_tokenizer, decoder } = fileSchema.parse(document);
    const { vocab } = model;
    const tokens = isList(vocab) ? vocab.map(([token]) => token) : Object.keys(vocab);
    this.#tokens = new Set(tokens);
    this.#unknown = model.unk_token ?? tokens[model.unk_id ?? -1];
    this.#prefixes = [model.continuing_subword_prefix ?? '', '\u2581'].filter(Boolean);
    this.#suffix = model.end_of_word_suffix ?? '';
    this.#isOfBytes = JSON.stringify([pre_tokenizer, decoder]).includes('"ByteLevel"');
  }

  /**
   * Whether it has words of every script that a word is in. Letters alone, of which it may be spelled,
   * stand for nothing an encoder has learned.
   */
  reads(word: string): boolean {
    return SCRIPTS.every((script) => !script.test(word) || this.#hasWordsOf(script));
  }

  /** Whether a token stands for characters that are known, and whole. */
  isText(token: string): boolean {
    if (token === this.#unknown || !this.#tokens.has(token)) return false;
    return this.#pieceOf(token) !== null;
  }

  #hasWordsOf(script: RegExp): boolean {
    const known = this.#read.get(script);
    if (known !== undefined) return known;
    // Pieces that begin a word and pieces that go on with one may be the same text.
    this.#pieces ??= [...new Set(Array.from(this.#tokens, (token) => this.#pieceOf(token) ?? ''))];
    const inScript = this.#pieces.filter((piece) => script.test(piece)).length;
    const enough = Math.min(PIECES_OF_A_SCRIPT, SHARE_OF_A_SCRIPT * this.#pieces.length);
    this.#read.set(script, inScript >= enough);
    return inScript >= enough;
  }

  /** The text of a token; null where it holds a part of a character. */
  #pieceOf(token: string): string | null {
    if (BYTE_FALLBACK.test(token)) return null;
    const prefix = this.#prefixes.find((one) => token.startsWith(one)) ?? '';
    const isEnd = this.#suffix !== '' && token.endsWith(this.#suffix);
    const piece = token.slice(prefix.length, isEnd ? -this.#suffix.length : undefined);
    return this.#isOfBytes ? fromBytes(piece) : piece;
  }
}

function isList(tokens: Tokens): tokens is readonly (readonly [string, unknown])[] {
  return Array.isArray(tokens);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function fromBytes(letters: string): string | null {
  const bytes = Array.from(letters, (letter) => BYTES.get(letter) ?? -1);
  // A special token, which is written as it is.
  if (bytes.includes(-1)) return letters;
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/** Bytes that can be seen as letters of Latin-1 stand for themselves, the others for letters from 256 on. */
const BYTES: ReadonlyMap<string, number> = byteLetters();

function byteLetters(): Map<string, number> {
  const isSeen = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 255 && byte !== 173);
  let next = 256;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => {
      return [String.fromCharCode(isSeen(byte) ? byte : next++), byte];
    }),
  );
}
