import {
  embedPrompt,
  type OriginOf,
  type PlanContext,
  type PlanOutline,
  sampleUnder,
} from './generation-plan.ts';

/** From a prompt alone. */
export async function planWords(
  { prompt }: OriginOf<'prompt'>,
  context: PlanContext,
): Promise<PlanOutline> {
  const words = await embedPrompt(prompt, context);
  return {
    ...{ prompt, words: words.raw, parents: [], source: { kind: 'prompt' } },
    ...sampleUnder(words, context),
  };
}
