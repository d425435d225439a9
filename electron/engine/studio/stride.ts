/** How far w goes on a path, found without drawing it. */
import { alike } from '../generator/styles.ts';
import type { CallOptions } from '../inference/inference.ts';
import { placeOf, sharesGone, valueAt } from '../latent/piecewise.ts';
import { addScaled, norm } from '../latent/vectors.ts';
import type { Course } from './between.ts';
import type { Models } from './models.ts';
import { place, type Point } from './places.ts';
import { resultAt } from './results.ts';

/** Into how many even pieces a path is cut at first. */
const FIRST_PIECES = 16;
/** Pieces are halved until each holds at most this share of all the way that w goes. */
const LARGEST_SHARE = 1 / 200;
/** Nearer than this two positions cannot be told apart: noise and embeddings are float32. */
const SMALLEST_PIECE = 2 ** -24;
const MOST_SAMPLES = 1_200;
/** Decoded together. */
const CHUNK = 32;

interface Sample {
  readonly position: number;
  /** w [512] or w⁺ [layers × 512]. */
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
  const first = Array.from({ length: FIRST_PIECES + 1 }, (_, mark) => mark / FIRST_PIECES);
  let samples = await decode(first, course, models, options);
  for (;;) {
    const lengths = lengthsOf(samples, models);
    const gone = sharesGone(lengths);
    const open = middlesOfLongest(samples, gone).slice(0, MOST_SAMPLES - samples.length);
    if (open.length === 0) {
      const positions = samples.map(({ position }) => position);
      return new Stride(course, positions, gone);
    }
    const found = await decode(open, course, models, options);
    samples = [...samples, ...found].sort((a, b) => a.position - b.position);
  }
}

async function decode(
  positions: readonly number[],
  course: Course,
  models: Models,
  options: CallOptions,
): Promise<Sample[]> {
  const points: Point[] = [];
  for (let start = 0; start < positions.length; start += CHUNK) {
    const spots = positions.slice(start, start + CHUNK).map(course);
    points.push(...(await place(spots, models, options)));
  }
  return positions.map((position, i) => ({ position, w: resultAt(points, i).w }));
}

/** Of a number of w on average: a w⁺ is as long as the w it repeats. */
function lengthsOf(samples: readonly Sample[], { generator }: Models): number[] {
  return samples.slice(1).map(({ w }, i) => {
    const [before, after] = alike(resultAt(samples, i).w, w, generator.layers);
    return norm(addScaled(after, before, -1)) / Math.sqrt(before.length);
  });
}

function middlesOfLongest(samples: readonly Sample[], gone: readonly number[]): number[] {
  return samples.slice(1).flatMap(({ position: end }, i) => {
    const begin = resultAt(samples, i).position;
    const share = resultAt(gone, i + 1) - resultAt(gone, i);
    const isOpen = share > LARGEST_SHARE && end - begin > SMALLEST_PIECE;
    return isOpen ? [(begin + end) / 2] : [];
  });
}
