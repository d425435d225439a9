import { count as counted } from '../../contract/count.ts';
import {
  type DrawOverrides,
  type GenerateRequest,
  MAX_COUNT,
  type Origin,
} from '../../contract/draw.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { expandPrompt, hasMarkup, readPrompt, thingsIn } from '../../contract/prompt-markup.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { LibraryReader } from '../library/reader.ts';
import type { Models } from '../models/models.ts';
import { type SamplingSettings, samplingSettings } from '../session/sampling-settings.ts';
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
 * plus i; a variation inherits what the request leaves open from its parent. Where the words make several
 * prompts, all of them are drawn with the same seeds, one prompt after the other.
 *
 * @throws StudioError `prompt-empty`, `prompt-too-long`, `prompt-invalid`, `not-found`, `pack-not-found`,
 *   `pack-lacks-feature`, `invalid-argument`
 */
export async function planGenerations(
  { origin, count, bestOf, settings: overrides }: GenerateRequest,
  tools: Tools,
  options?: CallOptions,
): Promise<GenerationPlan[]> {
  const { session } = tools;
  const parent = inherited(origin, session.reader);
  const settings = samplingSettings(session.models, parent, overridesFor(origin, overrides));
  const firstSeed = overrides.seed ?? Math.floor(Math.random() * SEEDS);
  const drawn = bestOf ?? count;
  const origins = settings.markup === true ? withEachPrompt(origin) : [origin];
  if (origins.length * drawn > MAX_COUNT) throw tooMany(origins.length, drawn);
  const plans: GenerationPlan[] = [];
  for (const one of origins) {
    throwIfCancelled(options?.signal);
    const { isRandom, code, ...outline } = await outlineOf(one, { ...tools, settings, options });
    refuseMeaningless({ isRandom, ...outline }, drawn, bestOf);
    const wording = wordingIn(outline.prompt, settings);
    const unheard = unheardIn(one, outline.prompt, settings, session.models);
    for (let i = 0; i < drawn; i += 1) {
      const seed = (firstSeed + i) % SEEDS;
      plans.push({
        ...outline,
        seed: isRandom ? seed : null,
        settings: { ...settings, ...wording, count, ...unheard },
        code: () => code(seed),
      });
    }
  }
  return plans;
}

/** The same for each prompt that its words make. */
function withEachPrompt(origin: Origin): Origin[] {
  if (!('prompt' in origin) || origin.prompt === undefined) return [origin];
  return expandPrompt(origin.prompt).map((prompt) => ({ ...origin, prompt }));
}

function tooMany(prompts: number, drawn: number): StudioError {
  const [all, most] = [prompts * drawn, MAX_COUNT].map((number) => number.toLocaleString('en'));
  return new StudioError(
    'invalid-argument',
    `${counted(prompts, 'prompt')} with ${counted(drawn, 'portrait')} each make ${all}, and ${most} are the most at ` +
      'once. Nothing was drawn; ask for fewer of each, or for some of the prompts.',
  );
}

/** @throws StudioError `invalid-argument` for several portraits of one, and for the best of those without words */
function refuseMeaningless(
  { isRandom, words }: Pick<PlanOutline, 'isRandom' | 'words'>,
  drawn: number,
  bestOf: number | undefined,
): void {
  if (!isRandom && drawn > 1) {
    throw new StudioError(
      'invalid-argument',
      'Other words for a portrait, edits of one, or carrying one over make one portrait.',
    );
  }
  if (bestOf !== undefined && words === null) {
    throw new StudioError(
      'invalid-argument',
      'Only with words can the best be told from the rest.',
    );
  }
}

/** A row says that its words are markup only where they would mean something else as they stand. */
function wordingIn(prompt: string, { markup }: SamplingSettings): Pick<SamplingSettings, 'markup'> {
  return markup === true && !hasMarkup(prompt) ? { markup: undefined } : {};
}

/**
 * What a request inherits where it says nothing. What was drawn by another pack may have been drawn with settings
 * that mean something else to this one, but for how its words are read.
 */
function inherited(origin: Origin, reader: LibraryReader): Partial<SamplingSettings> {
  switch (origin.kind) {
    case 'prompt':
    case 'image':
      return {};
    case 'variation':
    case 'edit':
      return reader.get(origin.of).settings;
    case 'reword':
      return { ...reader.get(origin.of).settings, markup: undefined };
    case 'carry-over':
      return wordSettings(reader.get(origin.of).settings);
    case 'breed':
      return wordSettings(reader.get(origin.parents[0] ?? '').settings);
  }
}

function wordSettings({ markup, without }: Partial<SamplingSettings>): Partial<SamplingSettings> {
  return { markup, without };
}

/** What a row says of words that were not heard: nothing where all were. */
function unheardIn(
  origin: Origin,
  prompt: string,
  { markup, without = '' }: SamplingSettings,
  { clip }: Models,
): { unheard?: string[] } {
  const words = markup === true ? readPrompt(prompt).text : prompt;
  const texts = [words, ...thingsIn(without), ...phrasesOf(origin)];
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
