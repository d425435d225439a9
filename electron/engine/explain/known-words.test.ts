import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { normalise } from '../latent/vectors.ts';
import type { Models } from '../models/models.ts';
import { KnownWords } from './known-words.ts';

const WIDTH = 64;
const NEUTRAL = 'a view';
const LETTERS = 'abcdefghijklmnopqrstuvwx';
const PHRASES = Array.from({ length: 24 }, (_, i) => `scene${LETTERS[i]}`);
/** Words that this pack's encoder takes for phrases, or nearly. */
const SYNONYMS: Readonly<Record<string, string>> = { likeness: 'scened', akin: 'scenef' };

/** Each word along an axis of its own, phrases along the first; other words between them all. */
function directionOf(word: string): Float32Array {
  const at = PHRASES.indexOf(SYNONYMS[word] ?? word);
  const code = [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, 7);
  return Float32Array.from({ length: WIDTH }, (_, i) => {
    if (at >= 0) return Number(i === at + 1);
    return i === 0 ? 0 : Math.sin(code * (i + 1));
  });
}

function packOf(vocabulary: readonly string[], phrases: readonly string[] = []) {
  let embedded = 0;
  const start = Float32Array.from({ length: WIDTH }, (_, i) => Number(i === 0));
  const embedPrompt = async (text: string) => {
    embedded += 1;
    const words = text
      .replace(NEUTRAL, '')
      .replace(/^ with /, '')
      .split(' ')
      .filter(Boolean);
    const sum = words
      .map(directionOf)
      .reduce((all, one) => all.map((x, i) => x + (one[i] ?? 0)), start);
    return { raw: normalise(sum) };
  };
  const manifest = {
    files: {},
    clip: { text: { graph: 'text.onnx' } },
    prompts: {
      neutral: NEUTRAL,
      examples: [],
      phrases: [{ phrases: phrases.map((words) => ({ words })) }],
    },
  };
  const pack = { manifest, widths: { clip: WIDTH }, readVocabulary: async () => [...vocabulary] };
  const models = { pack, clip: { embedPrompt, unheard: () => [] } } as unknown as Models;
  return { models, embedded: () => embedded };
}

const ask = async (texts: readonly string[], models: Models, library?: string) =>
  new KnownWords(library ?? (await temporaryFolder())).unknown(texts, models, undefined);

it('words that lead where a phrase does are known, and others are told once, as they were written', async () => {
  const { models } = packOf(PHRASES);
  expect(await ask(['a likeness with sceneh', 'AKIN to nobody'], models)).toEqual([]);
  expect(await ask(['sceneb and a Walrus, a walrus or a teaPot'], models)).toEqual([
    'Walrus',
    'teaPot',
  ]);
});

it('words before one that is known are heard with it, but for function words', async () => {
  const { models } = packOf(PHRASES);
  expect(await ask(['walrus sceneb'], models)).toEqual([]);
  expect(await ask(['walrus, sceneb', 'teapot with sceneb'], models)).toEqual(['walrus', 'teapot']);
});

it('a pack that says nothing of what it draws does not know of any word that it is unknown', async () => {
  const { models, embedded } = packOf(PHRASES.slice(0, 3));
  expect(await ask(['a walrus'], models)).toEqual([]);
  expect(embedded()).toBe(0);
  expect(await ask(['a walrus'], packOf([], PHRASES).models)).toEqual(['walrus']);
});

it('phrases are embedded once for a library, and words once while it is open', async () => {
  const library = await temporaryFolder();
  const { models, embedded } = packOf(PHRASES);
  const known = new KnownWords(library);
  await known.unknown(['walrus'], models, undefined);
  const first = embedded();
  await known.unknown(['walrus'], models, undefined);
  expect(embedded()).toBe(first);
  await ask(['walrus'], models, library);
  expect(embedded() - first).toBeLessThan(4);
});
