import type { DrawnPicture, Generator, SynthesisOptions } from '../generator/generator.ts';
import { resultAt } from '../inference/results.ts';

/** Chunks that are asked for while one is finished: what draws has the next at hand when it is done with one. */
export const DRAWN_AHEAD = 2;

/** A w or w⁺, and the seed of the noise that is added to its layers. */
export interface NoisyLatent {
  readonly w: Float32Array;
  readonly noiseSeed: number | undefined;
}

/** Draws one picture for each, together those that have the same noise. */
export async function drawByNoise(
  latents: readonly NoisyLatent[],
  generator: Generator,
  options: Omit<SynthesisOptions, 'noiseSeed'>,
): Promise<DrawnPicture[]> {
  const pictures: DrawnPicture[] = [];
  for (const noiseSeed of new Set(latents.map((latent) => latent.noiseSeed))) {
    const which = [...latents.keys()].filter((i) => latents[i]?.noiseSeed === noiseSeed);
    const chosen = which.map((i) => resultAt(latents, i).w);
    const drawn = await generator.synthesise(chosen, { ...options, noiseSeed });
    which.forEach((i, place) => (pictures[i] = resultAt(drawn, place)));
  }
  return pictures;
}
