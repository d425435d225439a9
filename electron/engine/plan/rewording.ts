import {
  embedPrompt,
  type OriginOf,
  type PlanContext,
  type PlanOutline,
  recordLocks,
} from './generation-plan.ts';

/** The same person in other words: the noise stays, the embedding changes. */
export async function planRewording(
  { of, prompt, locks = [] }: OriginOf<'reword'>,
  context: PlanContext,
): Promise<PlanOutline> {
  const { session, settings, options } = context;
  const { raw, condition } = await embedPrompt(prompt, context);
  const { seed } = session.reader.get(of);
  const { w, z, residual } = await session.codes.ofPortrait(of, options);
  const locked = await session.locks.prepare(w, locks);
  const { truncation } = settings;
  return {
    ...{ prompt, words: raw, parents: [of] },
    source: { kind: 'reword', ...recordLocks(locks) },
    isRandom: false,
    // Of a portrait's own seed, for it is one portrait that the words are to be found for.
    code: () => ({ z, e: condition(seed ?? 0), truncation, residual, locked }),
  };
}
