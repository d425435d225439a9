/** Even steps to the eye: how much is seen to change where on a curve. */
import { type OnProgress, type ProgressTracker, trackProgress } from '../../contract/progress.ts';
import type { RgbPicture } from '../images/codec.ts';
import { toSquare } from '../images/resample.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { chunksOf, runPipeline } from '../jobs/pipeline.ts';
import { cumulative, locate, valueAt } from '../latent/piecewise.ts';
import { cosine, lerp } from '../latent/vectors.ts';
import type { Session } from '../session/session.ts';
import { sampleAdaptively } from './adaptive-sampling.ts';
import { type ArcLength, measureArcLength } from './arc-length.ts';
import type { Curve } from './curve.ts';

/** Pictures are compared at this side: what an eye sees change, whatever size the pack draws. */
const COMPARED_SIDE = 64;
/** Drawn before CLIP looks at them, so that few full-size pictures are held at once. */
const CHUNK = 8;
/** Pictures that are drawn for a usual path. How many it is, is known as it is cut finer. */
const USUAL_PICTURES = 96;
/** Steps that are made even: as many as two seconds have frames. */
const STEPS = 60;
const ROUNDS = 12;

/** What is seen at a position. */
interface View {
  /** The picture, COMPARED_SIDE² × 3 numbers in steps of 1/255. */
  readonly picture: Float32Array;
  /** CLIP's embedding of it, unit. */
  readonly embedding: Float32Array;
}

interface Sample extends View {
  /** How much of the curve's length by projected w is behind it, from 0 to 1. */
  readonly position: number;
  /** w or w⁺. */
  readonly w: Float32Array;
}

/** A curve by what is seen to change on it: steps of it look alike. */
export class PerceptualParametrisation {
  readonly #arcLength: ArcLength;
  readonly #lengths: readonly number[];
  readonly #latents: readonly Float32Array[];
  /** What of all change has been seen at each sample, from 0 to 1. */
  readonly #seen: readonly number[];
  /** The same at the end of each of the even steps. */
  readonly #marks: readonly number[];

  constructor(
    arcLength: ArcLength,
    samples: readonly Sample[],
    { seen, marks }: { seen: readonly number[]; marks: readonly number[] },
  ) {
    this.#arcLength = arcLength;
    this.#lengths = samples.map(({ position }) => position);
    this.#latents = samples.map(({ w }) => w);
    this.#seen = seen;
    this.#marks = marks;
  }

  /** The position of the curve after the fraction `progress` of its steps; both 0 to 1. */
  positionAt(progress: number): number {
    if (progress === 0 || progress === 1) return progress;
    return this.#arcLength.positionAt(valueAt(this.#lengths, this.#sampleAt(progress)));
  }

  /** A w near the one there: nothing has to be decoded for it. */
  near(progress: number): Float32Array {
    return blend(this.#latents, this.#sampleAt(progress));
  }

  #sampleAt(progress: number): number {
    const steps = this.#marks.length - 1;
    return locate(this.#seen, valueAt(this.#marks, progress * steps));
  }
}

/**
 * Measures a curve by what is seen to change on it.
 *
 * First its length by projected w is found, for which nothing has to be drawn: what changes within a
 * thousandth of the curve, such as one choice for another, is long by w. Then it is drawn, and cut finer wherever
 * neighbouring pictures differ much. Then `STEPS` steps are laid along it and moved until they
 * are equally long (equidistribution: de Boor, "Good approximation by splines with variable knots",
 * 1973). Two lengths of a step count: the mean difference of its two pictures' pixels, and the angle
 * between their CLIP embeddings, each in units of its own mean. So no step has more than twice the mean
 * length by either.
 *
 * The pack's small preview graph will not do: it is a model of its own that changes elsewhere.
 *
 * @throws StudioError `cancelled`
 */
export async function measurePerceptually(
  curve: Curve,
  session: Session,
  { onProgress, ...options }: CallOptions & { onProgress?: OnProgress } = {},
): Promise<PerceptualParametrisation> {
  const progress = trackProgress('measure', USUAL_PICTURES, onProgress);
  const arcLength = await measureArcLength(curve, session, options);
  const { samples, lengths } = await sampleAdaptively<Sample>({
    firstPieces: 48,
    largestFraction: 1 / 72,
    smallestPiece: 2 ** -14,
    mostSamples: 240,
    onWanted: progress.expect,
    sample: (positions) => view(positions, arcLength.curve, session, options, progress),
    lengthsOf,
  });
  progress.finish();
  const seen = cumulative(lengths);
  const pictures = samples.map(({ picture }) => picture);
  const embeddings = samples.map(({ embedding }) => embedding);
  const marks = evenOut((fraction) => {
    const at = locate(seen, fraction);
    return { picture: blend(pictures, at), embedding: blend(embeddings, at) };
  });
  return new PerceptualParametrisation(arcLength, inOneForm(samples, session), { seen, marks });
}

/** With a w⁺ each where any has one: the ends of a path to an edited portrait need not have. */
function inOneForm(samples: Sample[], { models }: Session): Sample[] {
  if (new Set(samples.map(({ w }) => w.length)).size === 1) return samples;
  const { space } = models.generator;
  return samples.map((sample) => ({ ...sample, w: space.toWPlus(sample.w) }));
}

/** While CLIP encodes some pictures, the next are being drawn. */
async function view(
  positions: readonly number[],
  curve: Curve,
  session: Session,
  options: CallOptions,
  progress: ProgressTracker,
): Promise<Sample[]> {
  const { models, codes } = session;
  const samples: Sample[] = [];
  await runPipeline(chunksOf(positions, CHUNK), {
    draw: async (chunk) => {
      const latents = (await codes.decode(chunk.map(curve), options)).map(({ w }) => w);
      const pictures = await models.generator.synthesise(latents, options);
      return { positions: chunk, latents, pictures };
    },
    finish: async (drawn) => {
      samples.push(...(await samplesOf(drawn, session, options)));
      progress.advance(drawn.positions.length);
    },
  });
  return samples;
}

interface Drawn {
  readonly positions: readonly number[];
  readonly latents: readonly Float32Array[];
  readonly pictures: readonly RgbPicture[];
}

async function samplesOf(
  { positions, latents, pictures }: Drawn,
  { models }: Session,
  options: CallOptions,
): Promise<Sample[]> {
  const embeddings = await models.clip.embedPictures(pictures, options);
  return positions.map((position, i) => {
    const small = toSquare(resultAt(pictures, i), {
      ...{ size: COMPARED_SIDE, interpolation: 'bilinear', fit: 'crop' },
    });
    return {
      position,
      picture: Float32Array.from(small.data),
      // Copies: what they are views of is as large as the whole message they came in.
      w: resultAt(latents, i).slice(),
      embedding: resultAt(embeddings, i).slice(),
    };
  });
}

/** Moves the marks between steps, as fractions of what is seen, until all steps are equally long. */
function evenOut(viewAt: (fraction: number) => View): number[] {
  let marks = Array.from({ length: STEPS + 1 }, (_, mark) => mark / STEPS);
  let best = { marks, longest: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const lengths = lengthsOf(marks.map(viewAt));
    const longest = Math.max(...lengths);
    if (longest < best.longest) best = { marks, longest };
    const behind = cumulative(lengths);
    const previous = marks;
    marks = marks.map((_, mark) => valueAt(previous, locate(behind, mark / STEPS)));
  }
  return best.marks;
}

/** How far it is from each view to the next, as a fraction of the whole, by pixels and by embedding alike. */
function lengthsOf(views: readonly View[]): number[] {
  const steps = views.slice(1).map((after, i) => {
    const before = resultAt(views, i);
    return {
      pixels: difference(before.picture, after.picture),
      angle: Math.acos(cosine(before.embedding, after.embedding)),
    };
  });
  const pixels = steps.reduce((sum, step) => sum + step.pixels, 0);
  const angle = steps.reduce((sum, step) => sum + step.angle, 0);
  const fraction = (length: number, all: number) => (all > 0 ? length / all : 1 / steps.length);
  return steps.map((step) => (fraction(step.pixels, pixels) + fraction(step.angle, angle)) / 2);
}

/** What lies between two of a list of vectors. */
function blend(vectors: readonly Float32Array[], at: number): Float32Array {
  const before = Math.min(Math.floor(at), Math.max(0, vectors.length - 2));
  const a = resultAt(vectors, before);
  return lerp(a, vectors[before + 1] ?? a, at - before);
}

/** Mean absolute difference of two pictures of one size, in steps of 1/255. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}
