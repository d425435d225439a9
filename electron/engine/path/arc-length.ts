/** How far w, as it is drawn, goes on a curve; found without drawing it. */
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { chunksOf } from '../jobs/pipeline.ts';
import { locate, cumulative, valueAt } from '../latent/piecewise.ts';
import { addScaled, norm } from '../latent/vectors.ts';
import type { Session } from '../session/session.ts';
import { sampleAdaptively } from './adaptive-sampling.ts';
import type { Curve } from './curve.ts';

/** Decoded together. */
const CHUNK = 32;

interface Sample {
  readonly position: number;
  /** What is drawn there, w or w⁺, projected. */
  readonly w: Float32Array;
}

/** A curve by its arc length: what w covers in a thousandth of the curve becomes as long as it looks. */
export class ArcLength {
  readonly #curve: Curve;
  readonly #positions: readonly number[];
  /** How much of the whole length lies before each position, from 0 to 1. */
  readonly #lengths: readonly number[];

  constructor(curve: Curve, positions: readonly number[], lengths: readonly number[]) {
    this.#curve = curve;
    this.#positions = positions;
    this.#lengths = lengths;
  }

  /** The position of the curve where the fraction `length` of its length is behind; both 0 to 1. */
  positionAt(length: number): number {
    if (length === 0 || length === 1) return length;
    return valueAt(this.#positions, locate(this.#lengths, length));
  }

  /** The same curve, parametrised by its arc length. */
  readonly curve: Curve = (length) => this.#curve(this.positionAt(length));
}

/** @throws StudioError `cancelled` */
export async function measureArcLength(
  curve: Curve,
  session: Session,
  options: CallOptions = {},
): Promise<ArcLength> {
  const { samples, lengths } = await sampleAdaptively<Sample>({
    firstPieces: 16,
    largestFraction: 1 / 200,
    // Noise and embeddings are float32: nearer than this two positions cannot be told apart.
    smallestPiece: 2 ** -24,
    mostSamples: 1_200,
    sample: (positions) => project(positions, curve, session, options),
    lengthsOf: (some) => lengthsOf(some, session),
  });
  const positions = samples.map(({ position }) => position);
  return new ArcLength(curve, positions, cumulative(lengths));
}

async function project(
  positions: readonly number[],
  curve: Curve,
  { models, codes }: Session,
  options: CallOptions,
): Promise<Sample[]> {
  const latents: Float32Array[] = [];
  for (const chunk of chunksOf(positions, CHUNK)) {
    const decoded = await codes.decode(chunk.map(curve), options);
    const projected = await models.generator.project(
      decoded.map(({ w }) => w),
      options,
    );
    latents.push(...projected);
  }
  return positions.map((position, i) => ({ position, w: resultAt(latents, i) }));
}

/** Of a number of w on average: a w⁺ is as long as the w it repeats. */
function lengthsOf(samples: readonly Sample[], { models }: Session): number[] {
  return samples.slice(1).map(({ w }, i) => {
    const [before, after] = models.generator.space.alike(resultAt(samples, i).w, w);
    return norm(addScaled(after, before, -1)) / Math.sqrt(before.length);
  });
}
