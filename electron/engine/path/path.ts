import type { FlowCode, LatentCode } from '../latent/code.ts';
import type { PathSpace } from '../../contract/generation.ts';
import type { OnProgress } from '../../contract/progress.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { Joint, shared } from '../jobs/abort.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import { ProgressListeners } from '../jobs/progress-listeners.ts';
import { lerp } from '../latent/vectors.ts';
import type { PendingCode } from '../session/codes.ts';
import type { Session } from '../session/session.ts';
import { type Curve, curveBetween } from './curve.ts';
import { measurePerceptually, type PerceptualParametrisation } from './perceptual.ts';

/** Into how many straight pieces a path is cut where nearly is near enough. */
const PIECES = 32;
/** Positions that a thumb rests at and goes back to: each is asked for smaller, larger, and to be kept. */
const CODES_KEPT = 8;

/** The path between two portraits, and how it looks to the eye. */
export class Path {
  /** Of the noise that all of it is drawn with: that of its beginning. */
  readonly noiseSeed: number | undefined;
  readonly #curve: Curve;
  readonly #session: Session;
  readonly #codes = new LruCache<LatentCode>(CODES_KEPT);
  #marks: Promise<LatentCode[]> | undefined;
  #measuring: Joint<PerceptualParametrisation> | undefined;
  readonly #listeners = new ProgressListeners();
  #measured: PerceptualParametrisation | null = null;

  private constructor(curve: Curve, session: Session, noiseSeed: number | undefined) {
    this.noiseSeed = noiseSeed;
    this.#curve = curve;
    this.#session = session;
  }

  static async between(
    from: FlowCode,
    to: FlowCode,
    path: PathSpace,
    session: Session,
    noiseSeed?: number,
  ): Promise<Path> {
    return new Path(await curveBetween(from, to, path, session), session, noiseSeed);
  }

  /** The latent code at a position, decoded once for as long as it is among the last. */
  at(position: number, { signal, priority }: CallOptions = {}): Promise<LatentCode> {
    const code = this.#codes.get(String(position), async () =>
      resultAt(await this.#session.codes.decode([this.#curve(position)], { priority }), 0),
    );
    return shared(code, signal);
  }

  /** What lies at a position, not decoded yet, so that several can be decoded together. */
  codeAt(position: number): PendingCode {
    return this.#curve(position);
  }

  /** Where on the path the eye sees how much change; measured once, by drawing it, while anybody waits. */
  parametrisation(
    signal?: AbortSignal,
    onProgress?: OnProgress,
  ): Promise<PerceptualParametrisation> {
    return this.#listeners.during(() => {
      if (!this.#measuring || this.#measuring.isAbandoned)
        this.#measuring = new Joint((stop) => this.#measure(stop));
      return this.#measuring.join(signal);
    }, onProgress);
  }

  async #measure(signal: AbortSignal): Promise<PerceptualParametrisation> {
    try {
      this.#measured = await measurePerceptually(this.#curve, this.#session, {
        signal,
        onProgress: this.#listeners.tell,
      });
      return this.#measured;
    } catch (thrown) {
      // One that was abandoned may have been begun anew.
      if (!signal.aborted) this.#measuring = undefined;
      throw thrown;
    }
  }

  /** The same as far as it is known already. */
  get measured(): PerceptualParametrisation | null {
    return this.#measured;
  }

  /** A w near the one at a position, for a thumb that moves on: nothing has to be decoded for it. */
  async near(position: number): Promise<Float32Array> {
    this.#marks ??= this.#decodeMarks();
    const marks = await this.#marks;
    const before = Math.min(Math.floor(position * PIECES), PIECES - 1);
    const [a, b] = [resultAt(marks, before).w, resultAt(marks, before + 1).w];
    const { space } = this.#session.models.generator;
    return lerp(...space.alike(a, b), position * PIECES - before);
  }

  #decodeMarks(): Promise<LatentCode[]> {
    const codes = Array.from({ length: PIECES + 1 }, (_, mark) => this.#curve(mark / PIECES));
    return this.#session.codes
      .decode(codes, { priority: 'interactive' })
      .catch((thrown: unknown) => {
        this.#marks = undefined;
        throw thrown;
      });
  }
}

/** Positions of `stops` points, evenly spaced from 0 to 1. */
export function positions(stops: number): number[] {
  return Array.from({ length: stops }, (_, stop) => stop / (stops - 1));
}
