import type { Gap } from '../../contract/settings.ts';
import { throwIfCancelled } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { CallOptions } from '../inference/inference.ts';
import { packInfo } from '../models/models.ts';
import type { Tools } from '../plan/generation-plan.ts';
import { planGenerations } from '../plan/plan.ts';
import type { AttributeJudge, JudgedPrompt } from './attribute-judge.ts';
import { mean, type Siblings, siblingsLikeness } from './measures.ts';

/** Positions of the dial at which neighbours are compared. */
const VARIETIES = [0, 0.25, 0.5, 0.75, 1];
/** Portraits of a prompt. */
const SIBLINGS = 8;
/** No artist's first seed. */
const SEED = 1_000;

/** A way across the gap between texts and pictures. */
export interface Remedy {
  readonly gap: Gap;
  readonly variety?: number;
}

/** What came of a remedy on prompts that nothing was learnt from. */
export interface RemedyScore extends Remedy {
  /** Of the things asked for, the share that portraits show: of prompts with one of them, and with several. */
  readonly oneIdea: number;
  readonly combinations: number;
  /** Mean cosine between portraits of one prompt. */
  readonly siblingsLikeness: number | null;
}

export interface CompareOptions extends CallOptions {
  /** Task `evaluate`, counted in portraits. */
  onProgress?: OnProgress | undefined;
}

/** Every remedy that the pack brings, neighbours all along the dial. */
export function remediesOf({ session }: Tools): Remedy[] {
  const { pack } = session.models;
  return packInfo(pack.folder, pack.manifest).gaps.flatMap((gap): Remedy[] =>
    gap === 'neighbours' ? VARIETIES.map((variety) => ({ gap, variety })) : [{ gap }],
  );
}

/**
 * Compares remedies for the gap on held-out prompts. CLIP chooses neighbours and says how alike siblings are; what portraits show
 * is judged by a network that takes no part in either.
 */
export async function compareRemedies(
  prompts: readonly JudgedPrompt[],
  judge: AttributeJudge,
  tools: Tools,
  { onProgress, ...options }: CompareOptions = {},
): Promise<RemedyScore[]> {
  const remedies = remediesOf(tools);
  const total = remedies.length * prompts.length * SIBLINGS;
  const progress = trackProgress('evaluate', total, onProgress);
  const scores: RemedyScore[] = [];
  for (const remedy of remedies) {
    const judged: { isOneIdea: boolean; heeded: number; siblings: Siblings }[] = [];
    for (const prompt of prompts) {
      throwIfCancelled(options.signal);
      const { latents, siblings } = await drawSiblings(prompt, remedy, tools, options);
      const heeded = (await judge.heeded(latents, prompt, options)).flat();
      judged.push({
        isOneIdea: heeded.length === SIBLINGS,
        heeded: mean(heeded.map(Number)),
        siblings,
      });
      progress.advance(SIBLINGS);
    }
    const shareOf = (isOneIdea: boolean) =>
      mean(judged.flatMap((one) => (one.isOneIdea === isOneIdea ? [one.heeded] : [])));
    scores.push({
      ...remedy,
      oneIdea: shareOf(true),
      combinations: shareOf(false),
      siblingsLikeness: siblingsLikeness(judged.map(({ siblings }) => siblings)),
    });
  }
  progress.finish();
  return scores;
}

/** Portraits as artists get them, kept nowhere; CLIP sees their previews. */
async function drawSiblings(
  { prompt }: JudgedPrompt,
  remedy: Remedy,
  tools: Tools,
  options: CallOptions,
): Promise<{ latents: Float32Array[]; siblings: Siblings }> {
  const request = {
    origin: { kind: 'prompt' as const, prompt },
    ...{ count: SIBLINGS, settings: { seed: SEED, ...remedy } },
  };
  const plans = await planGenerations(request, tools, options);
  const { codes, models } = tools.session;
  const decoded = await codes.decode(
    plans.map((plan) => plan.code()),
    options,
  );
  const { generator, clip } = models;
  const projected = await generator.project(
    decoded.map(({ w }) => w),
    options,
  );
  const pictures = await generator.synthesise(projected, { ...options, quality: 'preview' });
  return {
    latents: projected.map((latent) => generator.space.toW(latent)),
    siblings: {
      text: plans[0]?.words ?? new Float32Array(),
      pictures: await clip.embedPictures(pictures, options),
    },
  };
}

/** A table in Markdown. */
export function remedyTable(scores: readonly RemedyScore[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows = scores.map(({ gap, variety, oneIdea, combinations, siblingsLikeness: likeness }) =>
    [
      variety === undefined ? gap : `${gap}, variety ${variety}`,
      percent(oneIdea),
      percent(combinations),
      likeness?.toFixed(2) ?? '',
    ].join(' | '),
  );
  return [
    '| remedy | one idea | combinations | siblings’ likeness |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}
