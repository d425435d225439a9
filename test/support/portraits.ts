import type { NewGeneration } from '../../electron/contract/generation.ts';
import { unknownSpaces } from '../../electron/contract/spaces.ts';
import type { RgbPicture } from '../../electron/engine/images/codec.ts';
import type { NewPortrait } from '../../electron/engine/library/writer.ts';

/** A picture whose every pixel depends on `n`. */
export function samplePicture(n: number, width = 24, height = width): RgbPicture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 7 + n) % 256);
  return { width, height, data };
}

/** How many numbers the vectors of the tiny pack have. */
export const WIDTH = 512;

/** Vectors on a circle: the nearer two `n`, the more alike, up to 30. */
export function sampleVector(n: number, length = WIDTH): Float32Array<ArrayBuffer> {
  const [even, odd] = [Math.cos(n / 10), Math.sin(n / 10)];
  return Float32Array.from({ length }, (_, index) => (index % 2 === 0 ? even : odd));
}

type Overrides = Partial<Omit<NewPortrait, 'generation'>> & {
  readonly generation?: Partial<NewGeneration>;
};

/** What is known of a portrait, with `overrides` laid over it. */
export function sampleGeneration(n: number, overrides: Partial<NewGeneration> = {}): NewGeneration {
  const { pack = { id: 'tiny', version: '1.0.0' } } = overrides;
  return {
    prompt: `portrait ${n}`,
    seed: n,
    settings: { truncation: 1, temperature: 0.8, gap: 'shift', count: 4 },
    pack,
    spaces: unknownSpaces(pack),
    device: 'cpu',
    timings: { decode: 1.5, synthesis: 20 },
    clipScore: 0.25,
    logLikelihood: -700.5,
    parents: [],
    source: { kind: 'prompt' },
    ...overrides,
  };
}

/** A portrait as the engine would hand it over, with `overrides` laid over it. */
export function samplePortrait(n: number, overrides: Overrides = {}): NewPortrait {
  return {
    latents: { z: sampleVector(n + 1), condition: sampleVector(n + 2), w: sampleVector(n + 3) },
    embedding: sampleVector(n),
    picture: samplePicture(n),
    ...overrides,
    generation: sampleGeneration(n, overrides.generation),
  };
}
