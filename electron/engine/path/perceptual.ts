/** Even steps to the eye: how much is seen to change where on a path. */
import { toStyle } from '../latent/w-plus.ts';
import { coverSquare } from '../images/resample.ts';
import { placeOf, sharesGone, valueAt } from '../latent/piecewise.ts';
import { cosine, lerp } from '../latent/vectors.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions } from '../inference/inference.ts';
import { chunksOf, drawAhead } from '../jobs/ahead.ts';
import type { Course } from './path.ts';
import { paintAll } from '../draw/draw.ts';
import { lookFinely } from './adaptive-sampling.ts';
import type { Models } from '../models/models.ts';
import { place, type Point } from '../session/codes.ts';
import { resultAt } from '../inference/results.ts';
import { measureStride, type Stride } from './arc-length.ts';

/** Pictures are compared at this side: what an eye sees change, whatever size the pack draws. */
const COMPARED_SIDE = 64;
/** Drawn before CLIP looks at them, so that few full-size pictures are held at once. */
const CHUNK = 8;
/** Steps that are made even: as many as two seconds have frames. */
const STEPS = 60;
const ROUNDS = 12;

/** What is seen at a position. */
interface View {
  /** The picture, COMPARED_SIDE² × 3 numbers in steps of 1/255. */
  readonly picture: Float32Array;
  /** CLIP's embedding of it, [512] and unit. */
  readonly meaning: Float32Array;
}

interface Sample extends View {
  /** How much of the path's length by firm w is behind it, from 0 to 1. */
  readonly position: number;
  /** w [512] or w⁺ [layers × 512]. */
  readonly w: Float32Array;
}

/** Steps of a path that look alike. */
export class Pace {
  readonly #stride: Stride;
  readonly #gone: readonly number[];
  readonly #latents: readonly Float32Array[];
  /** What of all change has been seen at each sample, from 0 to 1. */
  readonly #seen: readonly number[];
  /** The same at the end of each of the even steps. */
  readonly #marks: readonly number[];

  constructor(
    stride: Stride,
    samples: readonly Sample[],
    { seen, marks }: { seen: readonly number[]; marks: readonly number[] },
  ) {
    this.#stride = stride;
    this.#gone = samples.map(({ position }) => position);
    this.#latents = samples.map(({ w }) => w);
    this.#seen = seen;
    this.#marks = marks;
  }

  /** The position of the path after the share `progress` of its steps; both 0 to 1. */
  positionAt(progress: number): number {
    if (progress === 0 || progress === 1) return progress;
    return this.#stride.positionAt(valueAt(this.#gone, this.#sampleAt(progress)));
  }

  /** A w near the one there: nothing has to be decoded for it. */
  near(progress: number): Pick<Point, 'w'> {
    return { w: blend(this.#latents, this.#sampleAt(progress)) };
  }

  #sampleAt(progress: number): number {
    const steps = this.#marks.length - 1;
    return placeOf(this.#seen, valueAt(this.#marks, progress * steps));
  }
}

/**
 * Measures a path by what is seen to change on it.
 *
 * First its length by firm w is found, for which nothing has to be drawn: what changes within a thousandth
 * of the path, such as one choice for another, is long by w. Then it is drawn, and cut finer wherever
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
export async function measurePace(
  course: Course,
  models: Models,
  options: CallOptions = {},
): Promise<Pace> {
  const stride = await measureStride(course, models, options);
  const { samples, lengths } = await lookFinely<Sample>({
    firstPieces: 48,
    largestShare: 1 / 72,
    smallestPiece: 2 ** -14,
    mostSamples: 240,
    look: (positions) => look(positions, stride.course, models, options),
    lengthsOf,
  });
  const seen = sharesGone(lengths);
  const pictures = samples.map(({ picture }) => picture);
  const meanings = samples.map(({ meaning }) => meaning);
  const marks = evenOut((share) => {
    const at = placeOf(seen, share);
    return { picture: blend(pictures, at), meaning: blend(meanings, at) };
  });
  return new Pace(stride, inOneForm(samples, models), { seen, marks });
}

/** With a w⁺ each where any has one: the ends of a path to an edited portrait need not have. */
function inOneForm(samples: Sample[], { generator }: Models): Sample[] {
  if (new Set(samples.map(({ w }) => w.length)).size === 1) return samples;
  return samples.map((sample) => ({ ...sample, w: toStyle(sample.w, generator.layers) }));
}

/** While CLIP looks at some pictures, the next are being drawn. */
async function look(
  positions: readonly number[],
  course: Course,
  models: Models,
  options: CallOptions,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  await drawAhead(chunksOf(positions, CHUNK), {
    draw: async (chunk) => {
      const points = await place(chunk.map(course), models, options);
      return { positions: chunk, points, pictures: await paintAll(points, models, options) };
    },
    finish: async (drawn) => {
      samples.push(...(await samplesOf(drawn, models, options)));
    },
  });
  return samples;
}

interface Drawn {
  readonly positions: readonly number[];
  readonly points: readonly Point[];
  readonly pictures: readonly RgbPicture[];
}

async function samplesOf(
  { positions, points, pictures }: Drawn,
  models: Models,
  options: CallOptions,
): Promise<Sample[]> {
  const meanings = await models.clip.embedPictures(pictures, options);
  return positions.map((position, i) => {
    const small = coverSquare(resultAt(pictures, i), COMPARED_SIDE, 'bilinear');
    return {
      position,
      picture: Float32Array.from(small.data),
      // Copies: what they are views of is as large as the whole message they came in.
      w: resultAt(points, i).w.slice(),
      meaning: resultAt(meanings, i).slice(),
    };
  });
}

/** Moves the marks between steps, as shares of what is seen, until all steps are equally long. */
function evenOut(view: (share: number) => View): number[] {
  let marks = Array.from({ length: STEPS + 1 }, (_, mark) => mark / STEPS);
  let best = { marks, longest: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const lengths = lengthsOf(marks.map(view));
    const longest = Math.max(...lengths);
    if (longest < best.longest) best = { marks, longest };
    const gone = sharesGone(lengths);
    const previous = marks;
    marks = marks.map((_, mark) => valueAt(previous, placeOf(gone, mark / STEPS)));
  }
  return best.marks;
}

/** How far it is from each view to the next, as a share of the whole, by pixels and by meaning alike. */
function lengthsOf(views: readonly View[]): number[] {
  const steps = views.slice(1).map((after, i) => {
    const before = resultAt(views, i);
    return {
      pixels: difference(before.picture, after.picture),
      meaning: Math.acos(cosine(before.meaning, after.meaning)),
    };
  });
  const pixels = steps.reduce((sum, step) => sum + step.pixels, 0);
  const meaning = steps.reduce((sum, step) => sum + step.meaning, 0);
  const share = (length: number, all: number) => (all > 0 ? length / all : 1 / steps.length);
  return steps.map((step) => (share(step.pixels, pixels) + share(step.meaning, meaning)) / 2);
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
