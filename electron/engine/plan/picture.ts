import { slerp } from '../latent/vectors.ts';
import {
  embedPrompt,
  type OriginOf,
  type PlanContext,
  type PlanOutline,
  sampleUnder,
} from './generation-plan.ts';

/**
 * From a picture of the artist's. With words as well, the embedding lies halfway: both are then on the
 * pictures' side of the gap.
 */
export async function planPicture(
  { reference, prompt }: OriginOf<'image'>,
  context: PlanContext,
): Promise<PlanOutline> {
  const { references, models } = context.session;
  const picture = await references.embed(reference, models);
  const words = prompt === undefined ? null : await embedPrompt(prompt, context);
  const e = words ? slerp(picture, words.condition, 0.5) : picture;
  return {
    ...{ prompt: prompt ?? '', words: words?.raw ?? null, parents: [] },
    source: { kind: 'image', reference },
    ...sampleUnder(e, context),
  };
}
