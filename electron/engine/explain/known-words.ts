/**
 * Which words of a text lead to nothing that a pack draws, measured in CLIP's space: a word leads from the neutral
 * phrase to the neutral phrase with it, and is known if one of the pack's own phrases leads nearly there too.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { throwIfCancelled } from '../../contract/errors.ts';
import { resultAt } from '../inference/results.ts';
import { shared } from '../jobs/abort.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import { addScaled, dot, norm, scale } from '../latent/vectors.ts';
import type { Models } from '../models/models.ts';
import { VectorStore } from '../storage/vector-store.ts';
import { FUNCTION_WORDS } from './function-words.ts';

/** With fewer phrases, too little is known of a pack to say what it does not know. */
const FEWEST_PHRASES = 20;
/** Words whose scores are remembered. */
const WORDS_KEPT = 4_000;
/** Deviations of a normal distribution in a median absolute one. */
const DEVIATIONS = 1.4826;

/**
 * Things of every kind, of which a pack draws few if any: how near its phrases these come is how near a word comes that
 * it does not know.
 */
const THINGS = (
  'cat dog horse elephant lion bird fish snake frog rabbit cow spider dinosaur butterfly car truck bicycle train ' +
  'airplane boat rocket tank house castle bridge church mountain beach forest river tree mushroom apple pizza cake ' +
  'bread table chair lamp clock computer guitar piano book hammer sword umbrella suitcase bottle window ladder map ' +
  'rain fire football'
).split(' ');

/** A word of a text, and whether a blank alone parts it from the next. */
interface Word {
  /** As it was written. */
  readonly written: string;
  /** In lower case, as CLIP reads it. */
  readonly text: string;
  readonly leads: boolean;
}

/** What a pack's phrases lead to, and how near a word has to come. */
interface Measure {
  readonly key: string;
  /** Of unit length, [clip] each. */
  readonly directions: readonly Float32Array[];
  /** The words that the pack itself says. */
  readonly own: ReadonlySet<string>;
  readonly threshold: number;
}

export class KnownWords {
  readonly #vectors: VectorStore;
  readonly #measures = new LruCache<Measure>(2);
  readonly #scores = new LruCache<number>(WORDS_KEPT);

  /** @param library root folder of the library */
  constructor(library: string) {
    this.#vectors = new VectorStore(path.join(library, 'vocabulary'));
  }

  /**
   * The words of texts that a pack hears and does not know, in their order, each once and as it was first written; none
   * where it has too few phrases to tell.
   */
  async unknown(
    texts: readonly string[],
    models: Models,
    signal: AbortSignal | undefined,
  ): Promise<string[]> {
    const phrases = await phrasesOf(models);
    if (phrases.length < FEWEST_PHRASES) return [];
    const key = keyOf(models, phrases);
    const measure = await shared(
      this.#measures.get(key, () => this.#measure(key, phrases, models)),
      signal,
    );
    const unknown = new Map<string, string>();
    for (const text of texts) {
      for (const { text: word, written } of await this.#unknownIn(text, measure, models, signal))
        if (!unknown.has(word)) unknown.set(word, written);
    }
    return [...unknown.values()];
  }

  async #unknownIn(
    text: string,
    measure: Measure,
    models: Models,
    signal: AbortSignal | undefined,
  ): Promise<Word[]> {
    const words = wordsOf(text);
    const known = new Set(models.clip.unheard(text).map((word) => word.toLowerCase()));
    for (const { text } of words) {
      throwIfCancelled(signal);
      if (await this.#knows(text, measure, models)) known.add(text);
    }
    // Words before one that is known say which of its kind: that is heard together.
    const isPart = ({ leads }: Word, next = '') =>
      leads && known.has(next) && !FUNCTION_WORDS.has(next);
    return words.filter((word, i) => !known.has(word.text) && !isPart(word, words[i + 1]?.text));
  }

  async #knows(word: string, measure: Measure, models: Models): Promise<boolean> {
    if (FUNCTION_WORDS.has(word) || measure.own.has(word)) return true;
    const score = await this.#scores.get(`${measure.key} ${word}`, async () => {
      const [towards] = await embedTowards([word], models);
      return nearness(towards ?? new Float32Array(), measure.directions);
    });
    return score >= measure.threshold;
  }

  async #measure(key: string, phrases: readonly string[], models: Models): Promise<Measure> {
    const own = new Set(phrases.flatMap((phrase) => wordsOf(phrase).map(({ text }) => text)));
    const shape = { count: phrases.length + THINGS.length, width: models.pack.widths.clip };
    const embedded = await this.#vectors.get(`${key}-towards`, shape, () =>
      embedTowards([...phrases, ...THINGS], models),
    );
    const directions = embedded.slice(0, phrases.length);
    const others = embedded
      .slice(phrases.length)
      .filter((_, i) => !own.has(resultAt(THINGS, i)))
      .map((thing) => nearness(thing, directions));
    const median = medianOf(others);
    const spread = medianOf(others.map((score) => Math.abs(score - median)));
    return { key, directions, own, threshold: median + DEVIATIONS * spread };
  }
}

/** All that a pack says it draws. */
async function phrasesOf({ pack }: Models): Promise<string[]> {
  const { examples, phrases } = pack.manifest.prompts;
  const offered = phrases.flatMap((group) => group.phrases.map(({ words }) => words));
  return [...new Set([...(await pack.readVocabulary()), ...offered, ...examples])];
}

/** Where each leads from the neutral phrase: [clip], unit length, or zeros where it leads nowhere. */
async function embedTowards(texts: readonly string[], { clip, pack }: Models) {
  const { neutral } = pack.manifest.prompts;
  const embed = async (text: string) => (await clip.embedPrompt(text, 'none')).raw;
  const start = await embed(neutral);
  const towards: Float32Array[] = [];
  for (const text of texts) {
    const way = addScaled(await embed(`${neutral} with ${text}`), start, -1);
    const length = norm(way);
    towards.push(length > 0 ? scale(way, 1 / length) : way);
  }
  return towards;
}

/** The cosine to the nearest. */
function nearness(towards: Float32Array, directions: readonly Float32Array[]): number {
  return Math.max(...directions.map((direction) => dot(towards, direction)));
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/\p{L}[\p{L}\p{M}'’-]*/gu)].map(({ 0: written, index }) => ({
    written,
    text: written.toLowerCase(),
    leads: /^\s+\p{L}/u.test(text.slice(index + written.length)),
  }));
}

function keyOf({ pack }: Models, phrases: readonly string[]): string {
  const { files, clip, prompts } = pack.manifest;
  const parts = [files[clip.text.graph]?.sha256, prompts.neutral, ...phrases, ...THINGS];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
