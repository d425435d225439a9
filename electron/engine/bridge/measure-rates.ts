/** A short trial of two models: what drawing pairs and learning from them takes here. */
import path from 'node:path';
import type { OnProgress } from '../../contract/progress.ts';
import type { Inference } from '../inference/inference.ts';
import { gaussian } from '../latent/gaussian.ts';
import { normalise, stack } from '../latent/vectors.ts';
import type { BridgeModels } from './load-models.ts';
import type { PairSource } from './pair-source.ts';
import { drawPairs } from './pairs.ts';
import { Stopwatch, type Rates } from './rates.ts';
import { trainFlow } from './trainer.ts';
import { settingsFor, shapeFor } from './training-settings.ts';

/** Three chunks, of which the first tells when the models have warmed up. */
const PAIRS = 48;
/** The first and the last are not counted: one warms up, the other looks at pairs held out. */
const STEPS = 5;
/** Of no pictures: a step takes as long whatever it learns. Enough for the batches of any bridge. */
const MOST_ROWS = 1_200;

export interface RateMeasuring {
  readonly inference: Inference;
  /** An empty folder. */
  readonly scratch: string;
  /** How many pairs the bridge is to have: few are learnt from in smaller batches. */
  readonly pairs: number;
  readonly signal: AbortSignal | undefined;
  /** Task `draw-pairs`, counted in pairs. */
  readonly onProgress: OnProgress | undefined;
}

/** @throws StudioError what drawing and learning throw, `cancelled` */
export async function measureRates(
  models: BridgeModels,
  { inference, scratch, pairs, signal, onProgress }: RateMeasuring,
): Promise<Rates> {
  const drawing = new Stopwatch();
  await drawPairs(models, path.join(scratch, 'pairs'), PAIRS, {
    signal,
    onProgress: drawing.counting('draw-pairs', onProgress),
  });
  const rows = Math.min(pairs, MOST_ROWS);
  const { w, clip } = models.widths;
  const settings = settingsFor(rows);
  const learning = new Stopwatch();
  await trainFlow({
    ...{ inference, signal, pairs: noise(rows, w, clip), folder: path.join(scratch, 'training') },
    shape: shapeFor({ kind: 'conditional', w, clip }),
    settings: { ...settings, steps: STEPS, every: STEPS },
    onStep: ({ step }) => {
      if (step < STEPS) learning.tell(step);
    },
  });
  const { ms: pair } = drawing;
  const { ms: step } = learning;
  return {
    ...(pair !== undefined && { pair }),
    ...(step !== undefined && { row: step / settings.batch }),
  };
}

function noise(count: number, widthW: number, widthE: number): PairSource {
  return {
    ...{ count, widthW, widthE },
    read: (indexes) =>
      Promise.resolve({
        w: stack(indexes.map((index) => gaussian(2 * index, widthW))),
        e: stack(indexes.map((index) => normalise(gaussian(2 * index + 1, widthE)))),
      }),
  };
}
