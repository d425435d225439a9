/** How far w, as it is drawn, goes on a path; found without drawing it. */
import { alike } from '../latent/w-plus.ts';
import type { CallOptions } from '../inference/inference.ts';
import { placeOf, sharesGone, valueAt } from '../latent/piecewise.ts';
import { addScaled, norm } from '../latent/vectors.ts';
import { chunksOf } from '../jobs/ahead.ts';
import type { Course } from './path.ts';
import { lookFinely } from './adaptive-sampling.ts';
import type { Models } from '../models/models.ts';
import { place } from '../session/codes.ts';
import { resultAt } from '../inference/results.ts';

/** Decoded together. */
const CHUNK = 32;

interface Sample {
  readonly position: number;
  /** What is drawn there, w [512] or w⁺ [layers × 512], made firm. */
  readonly w: Float32Array;
}

/** A path by its length: what w covers in a thousandth of the path becomes as long as it looks. */
export class Stride {
  readonly #course: Course;
  readonly #positions: readonly number[];
  /** How much of the whole length lies before each position, from 0 to 1. */
  readonly #gone: readonly number[];

  constructor(course: Course, positions: readonly number[], gone: readonly number[]) {
    this.#course = course;
    this.#positions = positions;
    this.#gone = gone;
  }

  /** The position of the path where the share `gone` of its length is behind; both 0 to 1. */
  positionAt(gone: number): number {
    if (gone === 0 || gone === 1) return gone;
    return valueAt(this.#positions, placeOf(this.#gone, gone));
  }

  /** The spot where the share `gone` of the length is behind. */
  readonly course: Course = (gone) => this.#course(this.positionAt(gone));
}

/** @throws StudioError `cancelled` */
export async function measureStride(
  course: Course,
  models: Models,
  options: CallOptions = {},
): Promise<Stride> {
  const { samples, lengths } = await lookFinely<Sample>({
    firstPieces: 16,
    largestShare: 1 / 200,
    // Noise and embeddings are float32: nearer than this two positions cannot be told apart.
    smallestPiece: 2 ** -24,
    mostSamples: 1_200,
    look: (positions) => decode(positions, course, models, options),
    lengthsOf: (some) => lengthsOf(some, models),
  });
  const positions = samples.map(({ position }) => position);
  return new Stride(course, positions, sharesGone(lengths));
}

async function decode(
  positions: readonly number[],
  course: Course,
  models: Models,
  options: CallOptions,
): Promise<Sample[]> {
  const latents: Float32Array[] = [];
  for (const chunk of chunksOf(positions, CHUNK)) {
    const points = await place(chunk.map(course), models, options);
    const firm = await models.generator.firm(
      points.map(({ w }) => w),
      options,
    );
    latents.push(...firm);
  }
  return positions.map((position, i) => ({ position, w: resultAt(latents, i) }));
}

/** Of a number of w on average: a w⁺ is as long as the w it repeats. */
function lengthsOf(samples: readonly Sample[], { generator }: Models): number[] {
  return samples.slice(1).map(({ w }, i) => {
    const [before, after] = alike(resultAt(samples, i).w, w, generator.layers);
    return norm(addScaled(after, before, -1)) / Math.sqrt(before.length);
  });
}
