import { slerp } from '../latent/vectors.ts';
import { pictureCondition } from '../models/conditions.ts';
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
  const condition = words
    ? (seed: number) => slerp(picture, words.condition(seed), 0.5)
    : pictureCondition(models, picture, context.settings);
  return {
    ...{ prompt: prompt ?? '', words: words?.raw ?? null, parents: [] },
    source: { kind: 'image', reference },
    ...sampleUnder({ condition }, context),
  };
}
