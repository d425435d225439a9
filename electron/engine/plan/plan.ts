import type { DrawOverrides, GenerateRequest, Origin } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { Models } from '../models/models.ts';
import { samplingSettings } from '../session/sampling-settings.ts';
import { planBreeding } from './breeding.ts';
import { planCarryOver } from './carry-over.ts';
import { planEdits } from './edits.ts';
import { planPicture } from './picture.ts';
import {
  type GenerationPlan,
  type PlanContext,
  type PlanOutline,
  SEEDS,
  type Tools,
} from './generation-plan.ts';
import { planRewording } from './rewording.ts';
import { planVariation } from './variation.ts';
import { planWords } from './words.ts';

/**
 * The portraits that a request asks for, none of them drawn yet. Portrait i has the request's seed
 * plus i; a variation inherits what the request leaves open from its parent.
 *
 * @throws StudioError `prompt-empty`, `prompt-too-long`, `not-found`, `pack-not-found`,
 *   `pack-lacks-feature`, `invalid-argument`
 */
export async function planGenerations(
  { origin, count, bestOf, settings: overrides }: GenerateRequest,
  tools: Tools,
  options?: CallOptions,
): Promise<GenerationPlan[]> {
  const { models, reader } = tools.session;
  const parent = inheritsSettings(origin) ? reader.get(origin.of).settings : {};
  const settings = samplingSettings(models, parent, overridesFor(origin, overrides));
  const firstSeed = overrides.seed ?? Math.floor(Math.random() * SEEDS);
  const { isRandom, code, ...outline } = await outlineOf(origin, { ...tools, settings, options });
  const drawn = bestOf ?? count;
  if (!isRandom && drawn > 1) {
    throw new StudioError(
      'invalid-argument',
      'Other words for a portrait, edits of one, or carrying one over make one portrait.',
    );
  }
  if (bestOf !== undefined && outline.words === null) {
    throw new StudioError(
      'invalid-argument',
      'Only with words can the best be told from the rest.',
    );
  }
  const unheard = unheardIn([outline.prompt, ...phrasesOf(origin)], models);
  return Array.from({ length: drawn }, (_, i) => {
    const seed = (firstSeed + i) % SEEDS;
    return {
      ...outline,
      seed: isRandom ? seed : null,
      settings: { ...settings, count, ...unheard },
      code: () => code(seed),
    };
  });
}

/** What was drawn by another pack may have been drawn with settings that mean something else to this one. */
function inheritsSettings(origin: Origin): origin is Extract<Origin, { of: string }> {
  return 'of' in origin && origin.kind !== 'carry-over';
}

/** What a row says of words that were not heard: nothing where all were. */
function unheardIn(texts: readonly string[], { clip }: Models): { unheard?: string[] } {
  const unheard = [...new Set(texts.flatMap((text) => clip.unheard(text)))];
  return unheard.length > 0 ? { unheard } : {};
}

/** The words of sliders. */
function phrasesOf(origin: Origin): string[] {
  if (origin.kind !== 'edit') return [];
  return origin.edits.flatMap((edit) => {
    if (edit.kind !== 'slide' || edit.direction.kind !== 'text') return [];
    const { from = '', to } = edit.direction;
    return [from, to];
  });
}

/** Edits go by what their portrait was drawn with; what is bred is not truncated again. */
function overridesFor({ kind }: Origin, overrides: DrawOverrides): DrawOverrides {
  if (kind === 'edit') return {};
  const { noiseSeed } = overrides;
  return kind === 'breed' ? { truncation: 1, noiseSeed } : overrides;
}

function outlineOf(origin: Origin, context: PlanContext): Promise<PlanOutline> {
  switch (origin.kind) {
    case 'prompt':
      return planWords(origin, context);
    case 'image':
      return planPicture(origin, context);
    case 'variation':
      return planVariation(origin, context);
    case 'reword':
      return planRewording(origin, context);
    case 'carry-over':
      return planCarryOver(origin, context);
    case 'edit':
      return planEdits(origin, context);
    case 'breed':
      return planBreeding(origin, context);
  }
}
