import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Explanation } from '../../contract/explain.ts';
import type { Generation, GenerationSettings } from '../../contract/generation.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { resultAt } from '../inference/results.ts';
import { shared } from '../jobs/abort.ts';
import { ProgressListeners } from '../jobs/progress-listeners.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import type { LoadOptions, Models } from '../models/models.ts';
import type { Session } from '../session/session.ts';
import { VectorStore } from '../storage/vector-store.ts';
import { calibrate, nearest, rankAmong, type TagPhrase } from './tags.ts';

/** Tags of a portrait. */
const TAGS = 12;
/** Portraits that tags are calibrated against. */
const PICTURES = 96;
const CHUNK = 8;
/** Portraits of the same words that likelihoods are compared with. */
const PEERS = 128;

/** What portraits mean: in words, and how usual they are for theirs. */
export class Explanations {
  readonly #vectors: VectorStore;
  readonly #calibrated = new LruCache<TagPhrase[]>(2);
  readonly #listeners = new ProgressListeners();

  /** @param library root folder of the library */
  constructor(library: string) {
    this.#vectors = new VectorStore(path.join(library, 'vocabulary'));
  }

  /** @throws StudioError `not-found`, `cancelled`, and what embedding fails with */
  async explain(
    id: string,
    session: Session,
    { signal, onProgress }: LoadOptions = {},
  ): Promise<Explanation> {
    const { codes, models, reader, pictures } = session;
    const phrases = await this.#listeners.during(
      () => shared(this.#vocabulary(models), signal),
      onProgress,
    );
    const portrait = reader.get(id);
    const seen = await pictures.embedding(id, models, { signal, priority: 'interactive' });
    return {
      tags: nearest(seen, phrases, TAGS),
      usual: codes.canDraw(portrait) ? await usualnessOf(portrait, session, signal) : null,
    };
  }

  /** The vocabulary as this pack's CLIP reads it; read on for others when one has lost interest. */
  async #vocabulary(models: Models): Promise<TagPhrase[]> {
    const phrases = await models.pack.readVocabulary();
    if (phrases.length === 0) return [];
    const key = keyOf(models, phrases);
    const { tell } = this.#listeners;
    const shape = (count: number) => ({ count, width: models.pack.widths.clip });
    return this.#calibrated.get(key, async () => {
      const words = await this.#vectors.get(`${key}-words`, shape(phrases.length), () =>
        embedPhrases(phrases, models, tell),
      );
      const samples = await this.#vectors.get(`${key}-pictures`, shape(PICTURES), () =>
        encodeSamples(models, tell),
      );
      return calibrate(phrases, words, samples);
    });
  }
}

async function embedPhrases(
  phrases: readonly string[],
  { clip }: Models,
  onProgress: OnProgress,
): Promise<Float32Array[]> {
  const progress = trackProgress('encode-text', phrases.length, onProgress);
  const embeddings: Float32Array[] = [];
  for (const phrase of phrases) {
    embeddings.push((await clip.embedPrompt(phrase, 'none')).raw);
    progress.advance();
  }
  progress.finish();
  return embeddings;
}

/** CLIP's embeddings of portraits that nobody asked for. */
async function encodeSamples(
  { clip, generator }: Models,
  onProgress: OnProgress,
): Promise<Float32Array[]> {
  const progress = trackProgress('describe', PICTURES, onProgress);
  const embeddings: Float32Array[] = [];
  while (embeddings.length < PICTURES) {
    const seeds = Array.from({ length: CHUNK }, (_, i) => embeddings.length + i);
    const latents = await generator.map(seeds.map((seed) => generator.z(seed)));
    embeddings.push(...(await clip.embedPictures(await generator.synthesise(latents))));
    progress.advance(CHUNK);
  }
  progress.finish();
  return embeddings;
}

/** Null where this flow did not draw the portrait. */
async function usualnessOf(
  { id, settings }: Generation,
  session: Session,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const { w, condition: e } = session.codes.latents(id);
  return e && usualness({ w, e }, settings, session, signal);
}

/**
 * Where log p(w | e) stands among portraits drawn under the same embedding, with the same temperature
 * and truncation: a likelihood of hundreds of numbers says nothing by itself.
 */
async function usualness(
  portrait: { readonly w: Float32Array; readonly e: Float32Array },
  { temperature, truncation }: GenerationSettings,
  { models, codes }: Session,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { e } = portrait;
  const { flow } = models;
  const call = { signal, priority: 'interactive' } as const;
  const pending = Array.from({ length: PEERS }, (_, seed) => ({
    ...{ z: flow.noise(seed, temperature), e, truncation, residual: null },
  }));
  const peers = await codes.decode(pending, call);
  const encoded = await flow.encode([portrait, ...peers.map(({ w }) => ({ w, e }))], call);
  const likelihoods = encoded.map(({ logLikelihood }) => logLikelihood);
  return rankAmong(resultAt(likelihoods, 0), likelihoods.slice(1));
}

function keyOf({ pack }: Models, phrases: readonly string[]): string {
  const { files, clip, generator } = pack.manifest;
  const { mapping, projection, synthesis } = generator;
  const graphs = [clip.text.graph, clip.image.graph, mapping, synthesis];
  if (projection !== undefined) graphs.push(projection);
  const parts = [...graphs.map((graph) => files[graph]?.sha256), ...phrases];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
