/** What a pack says of how well its flow has learnt. */
import { throwIfCancelled } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { createFlow } from '../flow/flow.ts';
import type { Inference } from '../inference/inference.ts';
import { cosine, unstack } from '../latent/vectors.ts';
import { DEFAULTS } from './assemble-pack.ts';
import type { LearntFlowFolder } from './flow-folder.ts';
import { checkPreviews, type PairModels } from './pairs.ts';
import type { PairsFile } from './pairs-file.ts';
import type { TrainedFlow } from './trainer.ts';

/** Pairs held out that are looked at. */
const MOST = 64;

export interface MeasureOptions {
  readonly inference: Inference;
  readonly signal: AbortSignal;
  /** Task `evaluate`, counted in figures. */
  readonly onProgress: OnProgress;
}

/**
 * `pairs` and `step` of learning; `heldOut`, the loss of pairs held out in nats for each coupled number of w;
 * `meanCosine` of the embeddings that were held out to the portraits that are drawn of them, of fresh noise at the pack's temperature; `roundTrip`, the largest
 * difference of their w after encoding and decoding; and how near previews, which the pairs are, come to pictures at
 * full size. Rounded, for the same flow has the same figures.
 */
export async function measureFlow(
  trained: TrainedFlow,
  folder: LearntFlowFolder,
  models: PairModels,
  pairs: PairsFile,
  { inference, signal, onProgress }: MeasureOptions,
): Promise<NonNullable<PackManifest['measured']>> {
  const options = { signal, priority: 'idle' } as const;
  const progress = trackProgress('evaluate', 3, onProgress);
  const { w, e } = await pairs.read(trained.heldOutPairs.slice(0, MOST));
  const [latents, embeddings] = [unstack(w, pairs.widthW), unstack(e, pairs.widthE)];
  const flow = createFlow(folder, inference, models.generator.space);
  try {
    const conditions = embeddings.map((embedding, i) => ({
      z: flow.noise(i, DEFAULTS.temperature),
      e: embedding,
    }));
    const drawn = await flow.decode(conditions, options);
    const previews = await models.generator.synthesise(drawn, { ...options, quality: 'preview' });
    const seen = await models.clip.embedPictures(previews, options);
    progress.advance();
    const asked = latents.map((latent, i) => ({ w: latent, e: embeddings[i] ?? latent }));
    const noise = await flow.encode(asked, options);
    const again = await flow.decode(
      asked.map((one, i) => ({ z: noise[i]?.z ?? one.w, e: one.e })),
      options,
    );
    progress.advance();
    throwIfCancelled(signal);
    const { checked, ...cosines } = await checkPreviews(models, pairs, options);
    progress.advance();
    progress.finish();
    return {
      ...{ pairs: trained.pairs, step: trained.step, heldOut: rounded(trained.heldOut) },
      meanCosine: rounded(meanOf(seen.map((one, i) => cosine(one, embeddings[i] ?? one)))),
      roundTrip: largestDifference(latents, again),
      previews: {
        checked,
        meanCosine: rounded(cosines.meanCosine),
        lowestCosine: rounded(cosines.lowestCosine),
      },
    };
  } finally {
    await inference.release(folder.graphs).catch(() => undefined);
  }
}

function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const differences = a.map((row, i) =>
    row.reduce((most, value, j) => Math.max(most, Math.abs(value - (b[i]?.[j] ?? NaN))), 0),
  );
  return Number(Math.max(...differences).toPrecision(2));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
