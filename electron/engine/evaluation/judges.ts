/** Those who tell what portraits show, and take no part in choosing or drawing them. */
import type { Remedies } from '../../contract/remedies.ts';
import type { Clip } from '../clip/clip.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, dot, mean as meanVector, normalise } from '../latent/vectors.ts';
import type { AttributeJudge, JudgedPrompt } from './attribute-judge.ts';
import { mean } from './measures.ts';

/** Portraits of one prompt. */
export interface Drawn {
  /** w [width], as it is drawn. */
  readonly latents: readonly Float32Array[];
  readonly pictures: readonly RgbPicture[];
}

export interface Judge {
  readonly told: NonNullable<Remedies['judge']>;
  /** How many things a prompt asks for; undefined where nobody has said. */
  thingsIn(prompt: number): number | undefined;
  /** @returns how well the portraits of a prompt, by its place among all, show what it asks for: 0 to 1 */
  heeded(prompt: number, drawn: Drawn, options?: CallOptions): Promise<number>;
}

/** @param pack id of that which brings the classifier */
export function attributesAsJudge(
  judge: AttributeJudge,
  prompts: readonly JudgedPrompt[],
  pack: string,
): Judge {
  return {
    told: { kind: 'attributes', id: pack },
    thingsIn: (at) => {
      const { labels = {}, colours = {} } = prompts[at] ?? {};
      return Object.keys(labels).length + Object.keys(colours).length;
    },
    heeded: async (at, { latents }, options) => {
      const asked = prompts[at];
      if (!asked) return NaN;
      return mean((await judge.heeded(latents, asked, options)).flat().map(Number));
    },
  };
}

/**
 * Another CLIP than the one that chooses: a portrait is heeded that is nearer to its own prompt than to all the others
 * (R-precision, Xu et al. 2018, "AttnGAN", §4). Texts and pictures are compared less their means, for all that
 * one generator draws lies in a narrow cone.
 *
 * @param own pictures that the generator draws by chance
 */
export async function clipAsJudge(
  { clip, id }: { readonly clip: Clip; readonly id: string },
  prompts: readonly string[],
  own: readonly RgbPicture[],
  options?: CallOptions,
): Promise<Judge> {
  const texts: Float32Array[] = [];
  for (const prompt of prompts) texts.push((await clip.embedPrompt(prompt, 'none', options)).raw);
  const said = texts.map(less(meanVector(texts)));
  const usual = less(meanVector(await clip.embedPictures(own, options)));
  return {
    told: { kind: 'clip', id },
    thingsIn: () => undefined,
    heeded: async (at, { pictures }, options) => {
      const seen = (await clip.embedPictures(pictures, options)).map(usual);
      const isFound = (picture: Float32Array) => {
        const near = said.map((text) => dot(text, picture));
        return near.every((other, i) => i === at || other < (near[at] ?? NaN));
      };
      return mean(seen.map((picture) => Number(isFound(picture))));
    },
  };
}

const less = (middle: Float32Array) => (embedding: Float32Array) =>
  normalise(addScaled(embedding, middle, -1));
