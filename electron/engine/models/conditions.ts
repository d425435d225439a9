import { DEFAULT_VARIETY, type DrawSettings } from '../../contract/settings.ts';
import { StudioError } from '../../contract/errors.ts';
import { plainReading, readPrompt, thingsIn } from '../../contract/prompt-markup.ts';
import type { PromptEmbedding, TextGap } from '../clip/clip.ts';
import { checkPrompt } from '../clip/prompt.ts';
import type { Asked, Bank } from '../flow/bank.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { Beginning } from '../latent/code.ts';
import { slerp } from '../latent/vectors.ts';
import type { Models } from './models.ts';
import { beginningAt } from './own-noise.ts';
import { isSteered, steer, type Wording } from './steering.ts';

/**
 * What the variety decides, at its ends: how many neighbours a prompt has, one for each of as many consecutive
 * seeds, and how strictly they are unlike one another. More neighbours cost what was said and make those of one draw no
 * less alike: of combinations 64 show 77 %, 16 show 81 % (docs/models.md). Chosen on
 * the default pack by native-models/training/data/judged-prompts.json and judged-prompts-held-out.json.
 */
const NEIGHBOURS = [8, 16] as const;
const SPREAD = [0.1, 0.5] as const;

/** A prompt as CLIP and the flow see it. */
export interface Words {
  /** What the text encoder says: what pictures are scored and searched by. Unit length. */
  readonly raw: Float32Array;
  /**
   * What the flow is given: carried over to where pictures lie, of unit length.
   *
   * @param seed of a portrait; left out for what the words mean to no one portrait
   */
  condition(seed?: number): Float32Array;
  /** Where the noise of a seed's portrait begins; undefined where it is all at random. */
  beginning(seed: number, temperature: number): Beginning | undefined;
}

/** What decides what the flow is given for words. */
export type WordSettings = Pick<DrawSettings, 'gap' | 'variety' | 'markup' | 'without'>;

/**
 * Embeds a prompt and carries it over the gap between texts and pictures.
 *
 * @throws StudioError `prompt-empty`, `prompt-too-long`, `prompt-invalid`, or `pack-lacks-feature` for a way
 *   that the pack does not bring
 */
export async function embedWords(
  { pack, clip, bank }: Pick<Models, 'pack' | 'clip' | 'bank'>,
  prompt: string,
  { gap, variety = DEFAULT_VARIETY, ...settings }: WordSettings,
  options?: CallOptions,
): Promise<Words> {
  const wording = wordingOf(prompt, settings);
  if (gap !== 'neighbours') {
    const { raw, condition } = await embedWording({ pack, clip }, wording, gap, options);
    return { raw, condition: () => condition, beginning: () => undefined };
  }
  if (!bank) {
    throw new StudioError(
      'pack-lacks-feature',
      `The pack "${pack.manifest.id}" has no bank of pictures to choose neighbours from. Leave the choice to the pack.`,
    );
  }
  const { raw } = await embedWording({ pack, clip }, wording, 'none', options);
  const towards = bank.carriedOver(raw);
  const neighbour = neighboursOf({ kind: 'text', embedding: raw }, bank, variety);
  return {
    raw,
    condition: (seed) => (seed === undefined ? towards : bank.embedding(neighbour(seed))),
    beginning: (seed, temperature) => beginningAt({ pack }, neighbour(seed), temperature),
  };
}

/** @throws StudioError `prompt-empty`, `prompt-too-long`, `prompt-invalid` */
function wordingOf(
  prompt: string,
  { markup = false, without = '' }: Pick<WordSettings, 'markup' | 'without'>,
): Wording {
  const reading = markup ? readPrompt(checkPrompt(prompt)) : plainReading(prompt);
  return { ...reading, without: thingsIn(without) };
}

async function embedWording(
  { pack, clip }: Pick<Models, 'pack' | 'clip'>,
  wording: Wording,
  gap: TextGap,
  options: CallOptions | undefined,
): Promise<PromptEmbedding> {
  const { text } = wording;
  if (!isSteered(wording)) return clip.embedPrompt(text, gap, options);
  const { neutral } = pack.manifest.prompts;
  const embed = async (words: string) => (await clip.embedPrompt(words, 'none', options)).raw;
  const raw = await steer(wording, embed, neutral);
  if (gap !== 'ensemble') return { raw, condition: await clip.carryOver(raw, gap, options) };
  const embedAll = async (words: string) => (await clip.embedPrompt(words, gap, options)).condition;
  return { raw, condition: await steer(wording, embedAll, neutral) };
}

/**
 * What the flow is given for a picture of the artist's: the picture itself, or with `neighbours` half-way
 * between it and a neighbour for each seed.
 */
export function pictureCondition(
  { bank }: Pick<Models, 'bank'>,
  embedding: Float32Array,
  { gap, variety = DEFAULT_VARIETY }: Pick<DrawSettings, 'gap' | 'variety'>,
): (seed: number) => Float32Array {
  if (gap !== 'neighbours' || !bank) return () => embedding;
  const neighbour = neighboursOf({ kind: 'picture', embedding }, bank, variety);
  return (seed) => slerp(embedding, bank.embedding(neighbour(seed)), 0.5);
}

/** A neighbour for each seed, the same for one seed whatever others are drawn; chosen when first asked for. */
function neighboursOf(asked: Asked, bank: Bank, variety: number): (seed: number) => number {
  const [least, most] = NEIGHBOURS;
  const count = least * (most / least) ** variety;
  let chosen: readonly number[] | undefined;
  return (seed) => {
    chosen ??= bank.neighbours(asked, along(SPREAD, variety), Math.round(count));
    return chosen[seed % chosen.length] ?? 0;
  };
}

function along([from, to]: readonly [number, number], position: number): number {
  return from + position * (to - from);
}
