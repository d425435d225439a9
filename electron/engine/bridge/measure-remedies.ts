/** How the ways across the gap compare on the pack that comes of a bridge. */
import type { BridgeRequest } from '../../contract/bridge.ts';
import type { OnProgress } from '../../contract/progress.ts';
import type { Remedies } from '../../contract/remedies.ts';
import { DEFAULT_VARIETY } from '../../contract/settings.ts';
import { compareRemedies, portraitsCompared } from '../evaluation/compare-remedies.ts';
import type { Inference } from '../inference/inference.ts';
import { loadModels } from '../loading/load-models.ts';
import { loadJudge } from './load-judge.ts';
import type { JudgedComponents } from './load-models.ts';

/** Drawn of each prompt: enough to compare by, at a hundredth of what 20,000 pairs cost. */
const SIBLINGS = 3;
/** What made packs start with, and the other end of the dial. */
const VARIETIES = [DEFAULT_VARIETY, 1];

/** What may be asked of any pictures, none of it among the words that the mean of texts is made of. */
const SAID = [
  ...['in broad daylight', 'at night', 'very young', 'very old and worn'],
  ...['seen from the side', 'in the snow', 'mostly orange', 'purple, seen from close by'],
];

/** Portraits that are drawn for it, of a CLIP without a prior. */
export const COMPARED = portraitsCompared({
  remedies: 5,
  prompts: SAID.length,
  siblings: SIBLINGS,
});

export interface RemedyMeasuring extends Pick<JudgedComponents, 'judge'> {
  readonly request: Pick<BridgeRequest, 'about'>;
  readonly inference: Inference;
  readonly signal: AbortSignal;
  /** Task `evaluate`, counted in portraits. */
  readonly onProgress: OnProgress;
}

/** Compares them on a pack in a folder of which nothing is loaded afterwards. */
export async function measureRemedies(
  folder: string,
  { request: { about }, judge, inference, signal, onProgress }: RemedyMeasuring,
): Promise<Remedies> {
  const models = await loadModels(folder, inference, { signal });
  const prompts = SAID.map((said) => (about === undefined ? said : `${about}, ${said}`));
  const judgeFor = judge && (await loadJudge(judge, prompts, inference, { signal }));
  try {
    return await compareRemedies(prompts, judgeFor, models, {
      siblings: SIBLINGS,
      varieties: VARIETIES,
      signal,
      priority: 'idle',
      onProgress,
    });
  } finally {
    await inference.release(models.pack.graphs).catch(() => undefined);
  }
}
