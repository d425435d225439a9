import { StudioError } from '../../contract/errors.ts';
import type { Generation } from '../../contract/generation.ts';
import { breed } from '../latent/breeding.ts';
import {
  embedOwnPrompt,
  type OriginOf,
  type PlanContext,
  type PlanOutline,
  recordLocks,
} from './generation-plan.ts';

/** Children, which have their parents' words where all have the same, and none otherwise. */
export async function planBreeding(
  { parents, weights, how, spread, locks = [] }: OriginOf<'breed'>,
  context: PlanContext,
): Promise<PlanOutline> {
  const { session } = context;
  const { reader, codes, models } = session;
  const { space } = models.generator;
  const prompt = commonPrompt(parents.map((id) => reader.get(id)));
  const words = await embedOwnPrompt(prompt, context);
  const [first, ...rest] = parents.map((id) => space.toWPlus(codes.latents(id).w));
  if (!first) throw new StudioError('invalid-argument', 'A child has at least two parents.');
  const locked = await session.locks.prepare(first, locks);
  return {
    ...{ prompt, words: words?.raw ?? null, parents },
    source: { kind: 'breed', how, spread, weights, ...recordLocks(locks) },
    isRandom: true,
    code: (seed) => {
      const w = breed([first, ...rest], weights, { how, spread }, seed, space);
      return { z: null, e: null, w, truncation: 1, locked };
    },
  };
}

/** The words of all parents, empty where they differ or are read differently. */
function commonPrompt(parents: readonly Generation[]): string {
  const wordings = parents.map(({ prompt, settings: { markup, without } }) =>
    JSON.stringify([prompt, markup, without]),
  );
  return new Set(wordings).size === 1 ? (parents[0]?.prompt ?? '') : '';
}
