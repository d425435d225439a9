import type { Flow } from '../flow/flow.ts';
import { addScaled, cosine, scale } from '../latent/vectors.ts';
import {
  embedOwnPrompt,
  type OriginOf,
  type PlanContext,
  type PlanOutline,
  recordLocks,
  SEEDS,
} from './generation-plan.ts';

/** From one seed to another that nobody counts up to: 2³² divided by the golden ratio. */
const FAR_SEED = 0x9e3779b9;

/** A larger cosine is no chance: noise that has nothing to do with other noise has one of 0 ± 1/√width. */
const OWN_NOISE = 0.3;

/** More like a portrait: the same words, its noise turned towards other noise. */
export async function planVariation(
  { of, strength, locks = [] }: OriginOf<'variation'>,
  context: PlanContext,
): Promise<PlanOutline> {
  const { session, settings, options } = context;
  const { reader, codes, models } = session;
  const { prompt } = reader.get(of);
  const words = await embedOwnPrompt(prompt, context);
  const { w, z, e, residual } = await codes.ofPortrait(of, options);
  const locked = await session.locks.prepare(w, locks);
  const { truncation, temperature } = settings;
  // What edits have added stays; what the flow never drew is let go of like the noise.
  const isOfTheFlow = codes.latents(of).z !== null;
  const left = residual && (isOfTheFlow ? residual : scale(residual, 1 - strength));
  return {
    ...{ prompt, words: words?.raw ?? null, parents: [of] },
    source: { kind: 'variation', strength, ...recordLocks(locks) },
    isRandom: true,
    code: (seed) => {
      const turned = turn(z, otherNoise(z, seed, temperature, models.flow), strength);
      return { z: turned, e, truncation, residual: left, locked };
    },
  };
}

/**
 * The noise of a seed, or of one far from it where that is the portrait's own: turned towards itself, a
 * portrait would only grow.
 */
function otherNoise(z: Float32Array, seed: number, temperature: number, flow: Flow): Float32Array {
  const fresh = flow.noise(seed, temperature);
  const isOwn = Math.abs(cosine(z, fresh)) > OWN_NOISE;
  return isOwn ? otherNoise(z, (seed + FAR_SEED) % SEEDS, temperature, flow) : fresh;
}

/** Noise turned towards other noise: by nothing at 0, all the way at 1, as likely everywhere between. */
function turn(z: Float32Array, towards: Float32Array, strength: number): Float32Array {
  const angle = (strength * Math.PI) / 2;
  return addScaled(scale(z, Math.cos(angle)), towards, Math.sin(angle));
}
