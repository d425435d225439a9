import { throwIfCancelled } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { Spaces } from '../../contract/spaces.ts';
import type { Clip } from '../clip/clip.ts';
import type { Generator } from '../generator/generator.ts';
import { sampleLatents } from '../generator/sample-latents.ts';
import type { CallOptions } from '../inference/inference.ts';
import { cosine } from '../latent/vectors.ts';
import { type Pair, type PairSettings, PairsFile, type PairsManifest } from './pairs-file.ts';

/** Pairs drawn and written at a time: what the end of the process costs at the most. */
const CHUNK = 16;
/** Of so many pairs one is drawn again at full size. */
const CHECK_EVERY = 100;

/**
 * What is drawn unless somebody says otherwise. Few generators are good at their rarest, which truncation 1
 * shows; below 0.6 portraits grow alike. None is mixed: the one w that the flow is shown of a mixed portrait
 * draws another one (at a mean cosine of 0.57 in the default pack).
 */
export const PAIR_SETTINGS: PairSettings = { seed: 0, truncation: [0.6, 1], mixed: 0 };

/** The two models that a flow is to be learnt between, whatever they came from. */
export interface PairModels {
  readonly generator: Pick<Generator, 'space' | 'z' | 'map' | 'truncate' | 'synthesise'>;
  readonly clip: Pick<Clip, 'embedPictures'>;
  readonly spaces: Pick<Spaces, 'embedding' | 'latent'>;
  readonly widths: PairsManifest['widths'];
}

export interface DrawPairsOptions {
  settings?: PairSettings;
  signal?: AbortSignal | undefined;
  /** Task `draw-pairs`, counted in pairs. */
  onProgress?: OnProgress | undefined;
}

/** How near the embeddings of previews come to those of pictures at full size. */
export interface PreviewCheck {
  readonly checked: number;
  readonly meanCosine: number;
  readonly lowestCosine: number;
}

/**
 * Draws pairs into a folder until there are `count`: w by seed → preview → embedding. Goes on from what is
 * there; the same models, settings and count give the same numbers, however often it was broken off.
 * Cancelling keeps what was written. All that artists wait for is computed before it.
 *
 * @throws StudioError `file-exists` where other pairs are, `file-busy`, `cancelled`, and those of writing
 */
export async function drawPairs(
  models: PairModels,
  folder: string,
  count: number,
  { settings = PAIR_SETTINGS, signal, onProgress }: DrawPairsOptions = {},
): Promise<void> {
  const { widths, spaces } = models;
  const manifest: PairsManifest = {
    formatVersion: 1,
    widths: { w: widths.w, clip: widths.clip },
    spaces: { embedding: spaces.embedding, latent: spaces.latent },
    settings,
  };
  await PairsFile.forWriting(folder, manifest, async (pairs) => {
    // Rows of a batch may differ in their last bit by its size: chunks begin where they always do.
    if (pairs.count < count) await pairs.cutTo(pairs.count - (pairs.count % CHUNK));
    const before = Math.min(count, pairs.count);
    const progress = trackProgress('draw-pairs', count, onProgress, undefined, before);
    while (pairs.count < count) {
      throwIfCancelled(signal);
      const size = Math.min(CHUNK, count - pairs.count);
      const seeds = Array.from({ length: size }, (_, i) => settings.seed + pairs.count + i);
      await pairs.append(await drawChunk(models, seeds, settings, { signal, priority: 'idle' }));
      progress.advance(size);
    }
    progress.finish();
  });
}

/** Draws some pairs at full size and compares: whether previews show CLIP what the pictures do. */
export async function checkPreviews(
  models: PairModels,
  pairs: PairsFile,
  options: CallOptions = {},
): Promise<PreviewCheck> {
  const { settings } = pairs.manifest;
  const cosines: number[] = [];
  for (let index = 0; index < pairs.count; index += CHECK_EVERY) {
    const latents = await sampleLatents(
      models.generator,
      [settings.seed + index],
      settings,
      options,
    );
    const pictures = await models.generator.synthesise(latents, options);
    const [embedding = new Float32Array()] = await models.clip.embedPictures(pictures, {
      ...options,
      mayLeave: true,
    });
    cosines.push(cosine(embedding, (await pairs.read([index])).e));
  }
  return {
    checked: cosines.length,
    meanCosine: cosines.reduce((sum, value) => sum + value, 0) / cosines.length,
    lowestCosine: Math.min(...cosines),
  };
}

async function drawChunk(
  models: PairModels,
  seeds: readonly number[],
  settings: PairSettings,
  options: CallOptions,
): Promise<Pair[]> {
  const latents = await sampleLatents(models.generator, seeds, settings, options);
  const previews = { ...options, quality: 'preview' as const };
  const pictures = await models.generator.synthesise(latents, previews);
  const embeddings = await models.clip.embedPictures(pictures, { ...options, mayLeave: true });
  return latents.map((latent, i) => ({
    // As the flow is shown every w⁺ (latent/w-plus.ts).
    w: models.generator.space.toW(latent),
    e: embeddings[i] ?? new Float32Array(models.widths.clip),
  }));
}
