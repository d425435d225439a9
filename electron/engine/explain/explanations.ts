import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Explanation } from '../../contract/explain.ts';
import type { GenerationSettings } from '../../contract/generation.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { calibrate, nearest, type Phrase, rankAmong } from './tags.ts';
import { VOCABULARY } from './vocabulary.ts';
import { broadcast } from '../latent/w-plus.ts';
import { gaussian } from '../latent/gaussian.ts';
import type { LibraryReader } from '../library/reader.ts';
import { shared } from '../jobs/abort.ts';
import { Audience } from '../jobs/audience.ts';
import { KeptVectors } from '../storage/vector-store.ts';
import type { LoadOptions, Models } from '../models/models.ts';
import { latentsOf, noise, place } from '../session/codes.ts';
import { Recent } from '../jobs/recent.ts';

/** Phrases told of a portrait. */
const TOLD = 12;
/** Portraits that phrases are calibrated against. */
const PICTURES = 96;
const CHUNK = 8;
/** Portraits of the same words that likelihoods are compared with. */
const PEERS = 128;

/** What portraits mean: in words, and how usual they are for theirs. */
export class Explanations {
  readonly #vectors: KeptVectors;
  readonly #phrases = new Recent<Phrase[]>(2);
  readonly #waiting = new Audience();

  /** @param library root folder of the library */
  constructor(library: string) {
    this.#vectors = new KeptVectors(path.join(library, 'vocabulary'));
  }

  /** @throws StudioError `not-found`, `pack-not-found` when another pack drew it, `cancelled` */
  async explain(
    id: string,
    models: Models,
    reader: LibraryReader,
    { signal, onProgress }: LoadOptions = {},
  ): Promise<Explanation> {
    const { w, condition: e } = latentsOf(id, reader, models);
    const phrases = await this.#waiting.during(
      () => shared(this.#vocabulary(models), signal),
      onProgress,
    );
    const { settings } = reader.get(id);
    return {
      meanings: nearest(reader.embedding(id), phrases, TOLD),
      usual: e && (await usualness({ w, e }, settings, models, signal)),
    };
  }

  /** The vocabulary as this pack's CLIP reads it; read on for others when one has lost interest. */
  #vocabulary(models: Models): Promise<Phrase[]> {
    const key = keyOf(models);
    const { tell } = this.#waiting;
    return this.#phrases.get(key, async () => {
      const words = await this.#vectors.get(`${key}-words`, VOCABULARY.length, () =>
        readWords(models, tell),
      );
      const samples = await this.#vectors.get(`${key}-pictures`, PICTURES, () =>
        lookAtSamples(models, tell),
      );
      return calibrate(VOCABULARY, words, samples);
    });
  }
}

async function readWords({ clip }: Models, onProgress: OnProgress) {
  const progress = trackProgress('encode-text', VOCABULARY.length, onProgress);
  const embeddings: Float32Array[] = [];
  for (const phrase of VOCABULARY) {
    embeddings.push((await clip.embedPrompt(phrase, 'none')).raw);
    progress.advance();
  }
  progress.finish();
  return embeddings;
}

/** CLIP's embeddings of portraits that nobody asked for. */
async function lookAtSamples(
  { clip, generator }: Models,
  onProgress: OnProgress,
): Promise<Float32Array[]> {
  const progress = trackProgress('describe', PICTURES, onProgress);
  const embeddings: Float32Array[] = [];
  while (embeddings.length < PICTURES) {
    const seeds = Array.from({ length: CHUNK }, (_, i) => embeddings.length + i);
    const latents = await generator.map(seeds.map((seed) => gaussian(seed, 512)));
    const styles = latents.map((w) => broadcast(w, generator.layers));
    embeddings.push(...(await clip.embedPictures(await generator.synthesise(styles))));
    progress.advance(CHUNK);
  }
  progress.finish();
  return embeddings;
}

/**
 * Where log p(w | e) stands among portraits drawn under the same embedding, with the same temperature
 * and truncation: a likelihood of 512 numbers says nothing by itself.
 */
async function usualness(
  portrait: { readonly w: Float32Array; readonly e: Float32Array },
  { temperature, truncation }: GenerationSettings,
  models: Models,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { e } = portrait;
  const call = { signal, priority: 'interactive' } as const;
  const spots = Array.from({ length: PEERS }, (_, seed) => ({
    ...{ z: noise(seed, temperature, models), e, truncation, touch: null },
  }));
  const peers = await place(spots, models, call);
  const looked = [portrait, ...peers.map(({ w }) => ({ w, e }))];
  const [own, ...others] = (await models.flow.encode(looked, call)).map(
    ({ logLikelihood }) => logLikelihood,
  );
  return rankAmong(own ?? NaN, others);
}

function keyOf({ pack }: Models): string {
  const { files, clip, generator } = pack.manifest;
  const { mapping, firming, synthesis } = generator;
  const graphs = [clip.text.graph, clip.image.graph, mapping, synthesis];
  if (firming) graphs.push(firming);
  const parts = [...graphs.map((graph) => files[graph]?.sha256), ...VOCABULARY];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
