/**
 * What is taken from a pack's `tokenizer.json`: the parts that the CLIP, BERT and SentencePiece families are
 * made of, in the order they are run. Hugging Face's library is handed only what these schemas let through,
 * because some of what it knows never ends (`FixedLength` of 0, expressions that backtrack) or makes a long
 * text of a short one (a text replaced by a longer one, again and again). What is left takes a time that
 * grows little faster than the text.
 */
import { z } from 'zod';
import { list } from '../../contract/list.ts';
import { isPlainPattern } from './patterns.ts';

/** Larger than that of any text encoder that fits this studio: SigLIP 2's has 256,000 tokens in 34 MB. */
export const MAX_TOKENIZER_BYTES = 40_000_000;
const MAX_TOKENS = 300_000;
const MAX_MERGES = 700_000;
const MAX_ADDED_TOKENS = 10_000;
const MAX_STEPS = 16;
/** Of a token. */
const MAX_ID = 2 ** 31 - 1;
/** In characters. What is merged or looked up is never longer, which bounds the work for a long word. */
const MAX_TOKEN_LENGTH = 256;
/** SentencePiece's own limit is 16, and its search takes the square of this for each character. */
const MAX_PIECE_LENGTH = 64;
/** BERT's is 100, and the search takes the square of this for each word. */
const MAX_WORD_LENGTH = 200;

const tokenSchema = z.string().min(1).max(MAX_TOKEN_LENGTH);
const affixSchema = z.string().max(16).nullish();
const idSchema = z.int().min(0).max(MAX_ID);
const flagSchema = z.boolean().nullish();

const patternSchema = z.union([
  z.object({ String: z.string().min(1).max(64) }),
  z.object({
    Regex: z
      .string()
      .refine(
        isPlainPattern,
        'is an expression of a form that is not run (it could take for ever)',
      ),
  }),
]);

/** Never longer than what it replaces, and nothing that another step makes longer. */
const replaceSchema = z.object({
  type: z.literal('Replace'),
  pattern: patternSchema,
  content: z.string().regex(/^[\u0020-\u007e\u2581]?$/, 'may be one plain character at the most'),
});

const normaliserSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('BertNormalizer'),
    clean_text: flagSchema,
    handle_chinese_chars: flagSchema,
    strip_accents: flagSchema,
    lowercase: flagSchema,
  }),
  // The library does not read the table of characters in it.
  z.object({ type: z.literal('Precompiled') }),
  z.object({ type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD', 'StripAccents', 'Lowercase']) }),
  z.object({ type: z.literal('Strip'), strip_left: flagSchema, strip_right: flagSchema }),
  z.object({ type: z.literal('Prepend'), prepend: z.string().max(1) }),
  replaceSchema,
]);

const preTokeniserSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['BertPreTokenizer', 'Whitespace', 'WhitespaceSplit', 'Punctuation']) }),
  z.object({ type: z.literal('Digits'), individual_digits: flagSchema }),
  z.object({
    type: z.literal('Metaspace'),
    replacement: z.string().length(1).optional(),
    str_rep: z.string().length(1).optional(),
    prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
  }),
  z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: flagSchema,
    trim_offsets: flagSchema,
    use_regex: flagSchema,
  }),
  z.object({
    type: z.literal('Split'),
    pattern: patternSchema,
    behavior: z.string().max(40).optional(),
    invert: z.boolean().optional(),
  }),
  replaceSchema,
]);

const namedTokenSchema = z.tuple([tokenSchema, idSchema]);

const postProcessorSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('TemplateProcessing'),
    single: list(
      z.union([
        z.object({ SpecialToken: z.object({ id: tokenSchema, type_id: z.int() }) }),
        z.object({ Sequence: z.object({ id: z.literal('A'), type_id: z.int() }) }),
      ]),
      { max: MAX_STEPS },
    ).refine(
      (items) => items.filter((item) => 'Sequence' in item).length === 1,
      'must name the text once',
    ),
  }),
  z.object({ type: z.literal('ByteLevel') }),
  z.object({ type: z.literal('BertProcessing'), sep: namedTokenSchema, cls: namedTokenSchema }),
  z.object({ type: z.literal('RobertaProcessing'), sep: namedTokenSchema, cls: namedTokenSchema }),
]);

/** What may follow itself: it divides or shortens. All else may, run again, make a text longer again. */
const REPEATABLE = new Set(['Split', 'Replace']);

function runsOnce(steps: readonly { type: string }[]): boolean {
  const once = steps.map(({ type }) => type).filter((type) => !REPEATABLE.has(type));
  return new Set(once).size === once.length;
}

/** One step, a sequence of them or none; the library is always given a sequence, or none. */
const steps = <T extends z.ZodType<{ type: string }>>(step: T, name: string) =>
  z
    .unknown()
    .optional()
    .transform((part) => stepsOf(part, name))
    .pipe(list(step, { max: MAX_STEPS }).refine(runsOnce, 'runs a step twice'))
    .transform((all) => (all.length > 0 ? { type: 'Sequence', [name]: all } : null));

function stepsOf(part: unknown, name: string): unknown {
  if (part === null || part === undefined) return [];
  const sequence = z.looseObject({ type: z.literal('Sequence') }).safeParse(part).data;
  return sequence ? sequence[name] : [part];
}

/** Checked by hand: a schema takes a tenth of a second for each such list. */
const vocabularySchema = z.custom<Record<string, number>>(isVocabulary, {
  message: `must give each of at most ${MAX_TOKENS} tokens its number`,
});

function isVocabulary(value: unknown): value is Record<string, number> {
  if (!isObject(value)) return false;
  const tokens = Object.keys(value);
  return (
    tokens.length <= MAX_TOKENS &&
    tokens.every((token) => token.length <= MAX_TOKEN_LENGTH && isId(value[token]))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isId(id: unknown): boolean {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= MAX_ID;
}

const mergeSchema = z.union([
  z.string().max(2 * MAX_TOKEN_LENGTH + 1),
  z.tuple([tokenSchema, tokenSchema]),
]);

const modelSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('WordPiece'),
      unk_token: tokenSchema,
      continuing_subword_prefix: z.string().max(16).default('##'),
      max_input_chars_per_word: z.int().min(1).max(MAX_WORD_LENGTH).default(100),
      vocab: vocabularySchema,
    })
    .refine(({ vocab, unk_token }) => Object.hasOwn(vocab, unk_token), 'lacks its unknown token'),
  z.object({
    type: z.literal('BPE'),
    unk_token: tokenSchema.nullish(),
    continuing_subword_suffix: affixSchema,
    end_of_word_suffix: affixSchema,
    fuse_unk: flagSchema,
    byte_fallback: flagSchema,
    ignore_merges: flagSchema,
    vocab: vocabularySchema,
    merges: list(mergeSchema, { max: MAX_MERGES }),
  }),
  z
    .object({
      type: z.literal('Unigram'),
      unk_id: z.int().nonnegative(),
      vocab: list(z.tuple([z.string().max(MAX_PIECE_LENGTH), z.number()]), { max: MAX_TOKENS }),
    })
    .refine(({ vocab, unk_id }) => unk_id < vocab.length, 'lacks its unknown token'),
]);

/** Older files do not say which kind of model they hold. */
function withType(model: unknown): unknown {
  if (typeof model !== 'object' || model === null || 'type' in model) return model;
  if ('vocab' in model && Array.isArray(model.vocab)) return { ...model, type: 'Unigram' };
  return { ...model, type: 'merges' in model ? 'BPE' : 'WordPiece' };
}

export const tokenizerDocumentSchema = z.object({
  added_tokens: list(
    z.object({
      id: idSchema,
      content: tokenSchema,
      single_word: z.boolean().optional(),
      lstrip: z.boolean().optional(),
      rstrip: z.boolean().optional(),
      normalized: z.boolean().optional(),
      special: z.boolean().optional(),
    }),
    { max: MAX_ADDED_TOKENS },
  ).default([]),
  normalizer: steps(normaliserSchema, 'normalizers'),
  pre_tokenizer: steps(preTokeniserSchema, 'pretokenizers'),
  post_processor: steps(postProcessorSchema, 'processors'),
  /** Nothing is ever made text again. */
  decoder: z
    .unknown()
    .optional()
    .transform(() => null),
  model: z.preprocess(withType, modelSchema),
});
