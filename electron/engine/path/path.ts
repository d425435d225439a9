import type { PathSpace } from '../../contract/generation.ts';
import { alike } from '../latent/w-plus.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, lerp, normalise, scale, slerp } from '../latent/vectors.ts';
import { Joint } from '../jobs/abort.ts';
import type { Models } from '../models/models.ts';
import { measurePace, type Pace } from './perceptual.ts';
import { lookAt, place, type Place, type Point, type Spot, type Touch } from '../session/codes.ts';
import { resultAt } from '../inference/results.ts';

/** Into how many straight pieces a path is cut where nearly is near enough. */
const PIECES = 32;

/** The spot at a position of a path: 0 is its beginning, 1 its end. */
export type Course = (position: number) => Spot;

/**
 * The path between two places. Its ends are the places themselves, number for number; what is said of
 * the spaces holds in between:
 *
 * - `clip`: the embedding takes the great arc between the two, and the noise likewise.
 * - `flow`: both portraits are looked at under the embedding halfway, and the noise that they are
 *   there takes the arc (the flow's base space is Gaussian, where arcs keep to likely lengths).
 * - `w`: a straight line, for the mapping network has straightened that space (Karras, Laine & Aila,
 *   "A style-based generator architecture…", 2019, §4).
 */
export class Path {
  readonly #course: Course;
  readonly #models: Models;
  #marks: Promise<Point[]> | undefined;
  #pace: Joint<Pace> | undefined;
  #measured: Pace | null = null;

  private constructor(course: Course, models: Models) {
    this.#course = course;
    this.#models = models;
  }

  static async between(from: Place, to: Place, space: PathSpace, models: Models): Promise<Path> {
    const inside = await courseBetween(from, to, space, models);
    const course: Course = (position) => {
      if (position === 0) return from;
      return position === 1 ? to : inside(position);
    };
    return new Path(course, models);
  }

  async at(position: number, options?: CallOptions): Promise<Point> {
    return resultAt(await place([this.#course(position)], this.#models, options), 0);
  }

  /** What lies at a position, not decoded yet, so that several can be decoded together. */
  spotAt(position: number): Spot {
    return this.#course(position);
  }

  /** Where on the path the eye sees how much change; measured once, by drawing it, while anybody waits. */
  pace(signal?: AbortSignal): Promise<Pace> {
    if (!this.#pace || this.#pace.isAbandoned)
      this.#pace = new Joint((stop) => this.#measure(stop));
    return this.#pace.join(signal);
  }

  async #measure(signal: AbortSignal): Promise<Pace> {
    try {
      this.#measured = await measurePace(this.#course, this.#models, { signal });
      return this.#measured;
    } catch (thrown) {
      // One that was abandoned may have been begun anew.
      if (!signal.aborted) this.#pace = undefined;
      throw thrown;
    }
  }

  /** The same as far as it is known already. */
  get measured(): Pace | null {
    return this.#measured;
  }

  /** A w near the one at a position, for a thumb that moves on: nothing has to be decoded for it. */
  async near(position: number): Promise<Pick<Point, 'w'>> {
    this.#marks ??= this.#decodeMarks();
    const marks = await this.#marks;
    const before = Math.min(Math.floor(position * PIECES), PIECES - 1);
    const [a, b] = [resultAt(marks, before), resultAt(marks, before + 1)];
    return { w: between(a.w, b.w, position * PIECES - before, this.#models) };
  }

  #decodeMarks(): Promise<Point[]> {
    const spots = Array.from({ length: PIECES + 1 }, (_, mark) => this.#course(mark / PIECES));
    return place(spots, this.#models, { priority: 'interactive' }).catch((thrown: unknown) => {
      this.#marks = undefined;
      throw thrown;
    });
  }
}

async function courseBetween(
  from: Place,
  to: Place,
  space: PathSpace,
  models: Models,
): Promise<Course> {
  const manner = (start: Place, end: Place, t: number) => ({
    truncation: start.truncation + t * (end.truncation - start.truncation),
    touch: touchBetween(start.touch, end.touch, t, models),
  });
  switch (space) {
    case 'clip':
      return (t) => ({
        z: slerp(from.z, to.z, t),
        e: normalise(slerp(from.e, to.e, t)),
        ...manner(from, to, t),
      });
    case 'flow': {
      const e = normalise(addScaled(from.e, to.e));
      const [start, end] = [await seenUnder(e, from, models), await seenUnder(e, to, models)];
      return (t) => ({ z: slerp(start.z, end.z, t), e, ...manner(start, end, t) });
    }
    case 'w':
      return (t) => ({ z: null, e: null, w: between(from.w, to.w, t, models), truncation: 1 });
  }
}

function between(a: Float32Array, b: Float32Array, t: number, { generator }: Models) {
  return lerp(...alike(a, b, generator.layers), t);
}

/** The touch of one end fades into that of the other. */
function touchBetween(a: Touch, b: Touch, t: number, { generator }: Models): Touch {
  if (a && b) return lerp(...alike(a, b, generator.layers), t);
  return (a && scale(a, 1 - t)) ?? (b && scale(b, t));
}

/** The end of a path as it is under another embedding than its own. */
async function seenUnder(e: Float32Array, end: Place, models: Models): Promise<Place> {
  const call = { priority: 'interactive' } as const;
  const w = resultAt(await models.flow.decode([end], call), 0);
  return lookAt({ w, e }, end, models, call);
}

/** Positions of `stops` points, evenly spaced from 0 to 1. */
export function positions(stops: number): number[] {
  return Array.from({ length: stops }, (_, stop) => stop / (stops - 1));
}
