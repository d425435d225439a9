/** Portraits that begin with one of the library. */
import type { DrawOverrides, Origin } from '../../../contract/draw.ts';
import type { Lock } from '../../../contract/lock.ts';
import { deliverDrawn, type DeliveryOptions, type ManyOptions } from '../drawn.ts';
import { tellMany } from '../many.ts';
import { locksFor } from '../locks.ts';
import { withStudio } from '../session.ts';

export interface AgainOptions extends DeliveryOptions, DrawOverrides {
  readonly lock: readonly string[];
  /** Takes words as they stand. */
  readonly plain?: true | undefined;
}

export interface VaryOptions extends AgainOptions, ManyOptions {
  readonly strength: number;
}

/** Draws portraits around one: 0 the same, 1 afresh. */
export function vary(of: string, options: VaryOptions): Promise<void> {
  const { strength } = options;
  return drawFrom((locks) => ({ kind: 'variation', of, strength, locks }), options);
}

/** Draws the same person in other words, once for each prompt that they make. */
export function reword(of: string, prompt: string, options: AgainOptions): Promise<void> {
  return drawFrom((locks) => ({ kind: 'reword', of, prompt, locks }), { ...options, count: 1 });
}

/** Draws a portrait of another latent space with the pack in use, as alike as that can. */
export function carryOver(of: string, options: DeliveryOptions): Promise<void> {
  return withStudio(options, (session) =>
    deliverDrawn(session, options, (stream) =>
      session.service.generate(
        { origin: { kind: 'carry-over', of }, count: 1, settings: {} },
        stream,
      ),
    ),
  );
}

function drawFrom(
  originWith: (locks: Lock[]) => Origin,
  options: Omit<VaryOptions, 'strength'>,
): Promise<void> {
  return withStudio(options, async (session) => {
    const { pack } = await session.packs.models(session.onProgress);
    const { count, bestOf, seed, truncation, temperature, gap, noiseSeed, variety } = options;
    const origin = originWith(locksFor(options.lock, pack.manifest));
    // Only words that are new are read anew.
    const wording =
      origin.kind === 'reword' ? { markup: !options.plain, without: options.without } : {};
    const settings = { seed, truncation, temperature, gap, noiseSeed, variety, ...wording };
    await tellMany(bestOf ?? count, session, options);
    await deliverDrawn(session, options, (stream) =>
      session.service.generate({ origin, count, bestOf, settings }, stream),
    );
  });
}
