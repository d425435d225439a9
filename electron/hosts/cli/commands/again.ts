/** Portraits that begin with one of the library. */
import type { DrawOverrides, Origin } from '../../../contract/draw.ts';
import type { Lock, LockName } from '../../../contract/lock.ts';
import { deliverDrawn, type DeliveryOptions } from '../drawn.ts';
import { locksFor } from '../locks.ts';
import { withStudio } from '../session.ts';

export interface AgainOptions extends DeliveryOptions, DrawOverrides {
  readonly hold: readonly LockName[];
}

export interface VaryOptions extends AgainOptions {
  readonly strength: number;
  readonly count: number;
  /** How many to draw, of which the best `count` are kept. */
  readonly bestOf?: number | undefined;
}

/** Draws portraits around one: 0 the same, 1 afresh. */
export function vary(of: string, options: VaryOptions): Promise<void> {
  const { strength } = options;
  return drawFrom((locks) => ({ kind: 'variation', of, strength, locks }), options, options);
}

/** Draws the same person in other words. */
export function reword(of: string, prompt: string, options: AgainOptions): Promise<void> {
  return drawFrom((locks) => ({ kind: 'reword', of, prompt, locks }), { count: 1 }, options);
}

function drawFrom(
  originWith: (locks: Lock[]) => Origin,
  { count, bestOf }: Pick<VaryOptions, 'count' | 'bestOf'>,
  options: AgainOptions,
): Promise<void> {
  return withStudio(options, async (session) => {
    const { pack } = await session.packs.models(session.onProgress);
    const { seed, truncation, temperature, gap } = options;
    const origin = originWith(locksFor(options.hold, pack.manifest));
    const settings = { seed, truncation, temperature, gap };
    await deliverDrawn(session, options, (stream) =>
      session.service.generate({ origin, count, bestOf, settings }, stream),
    );
  });
}
