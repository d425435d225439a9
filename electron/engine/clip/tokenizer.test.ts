import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { clipTokenizerDocument } from '../../../test/support/clip-bpe.ts';
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
