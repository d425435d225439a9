import { DEFAULT_VARIETY, type DrawSettings } from '../../contract/settings.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Asked, Bank } from '../flow/bank.ts';
import type { CallOptions } from '../inference/inference.ts';
import { lerp, normalise, slerp } from '../latent/vectors.ts';
import type { Models } from './models.ts';

/**
 * What the variety decides, at its ends: how many neighbours a prompt has, one for each of as many consecutive
 * seeds; how strictly they are unlike one another; and how far they are moved towards the text. Measured on the
 * default pack (native-models/training/data/judged-prompts.json; judged-prompts-held-out.json is for figures to tell).
 */
const NEIGHBOURS = [8, 64] as const;
const SPREAD = [0.1, 0.5] as const;
const PULL = [0.5, 0] as const;

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
}

/**
 * Embeds a prompt and carries it over the gap between texts and pictures.
 *
 * @throws StudioError `prompt-empty`, `prompt-too-long`, or `pack-lacks-feature` for a way that the pack does
 *   not bring
 */
export async function embedWords(
  { pack, clip, bank }: Pick<Models, 'pack' | 'clip' | 'bank'>,
  prompt: string,
  { gap, variety = DEFAULT_VARIETY }: Pick<DrawSettings, 'gap' | 'variety'>,
  options?: CallOptions,
): Promise<Words> {
  if (gap !== 'neighbours') {
    const { raw, condition } = await clip.embedPrompt(prompt, gap, options);
    return { raw, condition: () => condition };
  }
  if (!bank) {
    throw new StudioError(
      'pack-lacks-feature',
      `The pack "${pack.manifest.id}" has no bank of pictures to choose neighbours from. Leave the choice to the pack.`,
    );
  }
  const { raw } = await clip.embedPrompt(prompt, 'none', options);
  const towards = bank.carriedOver(raw);
  const neighbour = neighboursOf({ kind: 'text', embedding: raw }, bank, variety);
  const pull = along(PULL, variety);
  // A prompt whose words seldom meet has no neighbour that shows them all.
  return {
    raw,
    condition: (seed) =>
      seed === undefined ? towards : normalise(lerp(neighbour(seed), towards, pull)),
  };
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
  return (seed) => slerp(embedding, neighbour(seed), 0.5);
}

/** A neighbour for each seed, the same for one seed whatever others are drawn; chosen when first asked for. */
function neighboursOf(asked: Asked, bank: Bank, variety: number): (seed: number) => Float32Array {
  const [least, most] = NEIGHBOURS;
  const count = least * (most / least) ** variety;
  let chosen: readonly number[] | undefined;
  return (seed) => {
    chosen ??= bank.neighbours(asked, along(SPREAD, variety), Math.round(count));
    return bank.embedding(chosen[seed % chosen.length] ?? 0);
  };
}

function along([from, to]: readonly [number, number], position: number): number {
  return from + position * (to - from);
}
