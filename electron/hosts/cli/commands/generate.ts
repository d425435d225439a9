import type { DrawOverrides, Origin } from '../../../contract/draw.ts';
import { deliverDrawn, type ManyOptions } from '../drawn.ts';
import { takePicture } from '../picture.ts';
import { type Session, withStudio } from '../session.ts';

export interface GenerateOptions extends ManyOptions, DrawOverrides {
  readonly from?: string | undefined;
}

/** Draws portraits. */
export async function generate(
  prompt: string | undefined,
  options: GenerateOptions,
): Promise<void> {
  await withStudio(options, async (session) => {
    const { count, bestOf, seed, truncation, temperature, gap, noiseSeed, variety } = options;
    const origin = await originOf(prompt, options.from, session);
    const settings = { seed, truncation, temperature, gap, noiseSeed, variety };
    await deliverDrawn(session, options, (stream) =>
      session.service.generate({ origin, count, bestOf, settings }, stream),
    );
  });
}

async function originOf(
  prompt: string | undefined,
  from: string | undefined,
  { references }: Session,
): Promise<Origin> {
  if (from === undefined) return { kind: 'prompt', prompt: prompt ?? '' };
  const { id: reference } = await takePicture(from, references);
  return { kind: 'image', reference, prompt };
}
