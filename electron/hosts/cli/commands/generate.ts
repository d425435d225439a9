import { randomInt } from 'node:crypto';
import type { DrawOverrides, Origin } from '../../../contract/draw.ts';
import { countPrompts } from '../../../contract/prompt-markup.ts';
import { deliverDrawn, type ManyOptions } from '../drawn.ts';
import { tellMany } from '../many.ts';
import { takePicture } from '../picture.ts';
import { readPrompts, requestsOf } from '../prompts.ts';
import { type Session, withStudio } from '../session.ts';

export interface GenerateOptions extends ManyOptions, DrawOverrides {
  readonly from?: string | undefined;
  /** A file of prompts. */
  readonly prompts?: string | undefined;
  readonly plain?: true | undefined;
}

const SEEDS = 2 ** 32;

/** Draws portraits. Those of several prompts have the same seeds. */
export async function generate(
  prompt: string | undefined,
  options: GenerateOptions,
): Promise<void> {
  const { count, bestOf, seed, truncation, temperature, gap, noiseSeed, variety } = options;
  const { plain = false, without } = options;
  const prompts =
    options.prompts === undefined ? [prompt ?? ''] : await readPrompts(options.prompts);
  const each = bestOf ?? count;
  const texts = requestsOf(prompts, plain, each);
  const settings = {
    seed: seed ?? (texts.length > 1 ? randomInt(SEEDS) : undefined),
    ...{ truncation, temperature, gap, noiseSeed, variety, without, markup: !plain },
  };
  await withStudio(options, async (session) => {
    const originWith = await originsFrom(options.from, session);
    const drawn = plain ? texts.length : texts.reduce((sum, text) => sum + countPrompts(text), 0);
    await tellMany(drawn * each, session, options);
    await deliverDrawn(session, options, async (stream) => {
      for (const text of texts) {
        const origin = originWith(text);
        await session.service.generate({ origin, count, bestOf, settings }, stream);
      }
    });
  });
}

async function originsFrom(
  from: string | undefined,
  { references }: Session,
): Promise<(prompt: string) => Origin> {
  if (from === undefined) return (prompt) => ({ kind: 'prompt', prompt });
  const { id: reference } = await takePicture(from, references);
  return (prompt) => ({ kind: 'image', reference, ...(prompt !== '' && { prompt }) });
}
