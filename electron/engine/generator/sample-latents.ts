/** Latents at random, such as flows are learnt from. */
import type { CallOptions } from '../inference/inference.ts';
import { uniform } from '../latent/gaussian.ts';
import type { Generator } from './generator.ts';

/** How a latent comes from its seed. */
export interface LatentSampling {
  /** Truncation is uniform between the two. */
  readonly truncation: readonly [number, number];
  /** The part of the latents that is mixed of two w. */
  readonly mixed: number;
}

/** Set on seeds, so that what else is drawn for a latent tells nothing of its z. */
const RECIPE = 0x5bd1e995;
const PARTNER = 0x27d4eb2f;

/**
 * What is drawn for each seed: a w, or for some a w⁺ of two.
 *
 * @param generator the same one gives the same latents, but for the last bits of what is computed in other batches
 */
export async function sampleLatents(
  generator: Pick<Generator, 'space' | 'z' | 'map' | 'truncate'>,
  seeds: readonly number[],
  settings: LatentSampling,
  options?: CallOptions,
): Promise<Float32Array[]> {
  const { space } = generator;
  const recipes = seeds.map((seed) => recipeOf(seed, settings, space.layers));
  const mixed = seeds.filter((_, i) => recipes[i]?.from !== null);
  const noise = [...seeds, ...mixed.map((seed) => seed ^ PARTNER)].map((s) => generator.z(s));
  const mapped = await generator.map(noise, options);
  const partners = mapped.splice(seeds.length).values();
  return recipes.map(({ psi, from }, i) => {
    const truncated = (w: Float32Array = new Float32Array(space.width)) =>
      generator.truncate(w, psi);
    const w = truncated(mapped[i]);
    if (from === null) return w;
    const partner = truncated(partners.next().value);
    return space.mix(space.toWPlus(w), space.toWPlus(partner), [from, space.layers - 1]);
  });
}

/** Truncation, and the layer from which another w takes over (Karras et al. 2019, §3.1), or null. */
function recipeOf(
  seed: number,
  { truncation: [low, high], mixed }: LatentSampling,
  layers: number,
): { psi: number; from: number | null } {
  const [position = 0, share = 1, layer = 0] = uniform(seed ^ RECIPE, 3);
  const isMixed = layers > 1 && share < mixed;
  return {
    psi: low + position * (high - low),
    from: isMixed ? 1 + Math.floor(layer * (layers - 1)) : null,
  };
}
