import type { Between } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Timeline } from '../../contract/generation.ts';
import { type Moment, segmentsOf } from '../../contract/timeline.ts';
import type { Path } from './path.ts';

/** Where a frame of a timeline lies: on the path that begins at a key-frame, 0 there and 1 at the next. */
export interface PathPosition {
  readonly segment: number;
  readonly position: number;
}

/**
 * One segment of a timeline as the path it is.
 *
 * @throws StudioError `invalid-argument` when no segment begins at that key-frame
 */
export function segmentOf(timeline: Timeline, segment: number): Between {
  const ends = segmentsOf(timeline)[segment];
  const key = timeline.keys[segment];
  if (!ends || !key) {
    throw new StudioError('invalid-argument', 'The timeline has no way that begins there.');
  }
  return { from: ends.from, to: ends.to, path: key.path, settings: timeline.settings };
}

/** The position on a path that is asked for; with even steps, the one after that fraction of them. */
export async function positionOn(
  path: Path,
  asked: number,
  even = false,
  signal?: AbortSignal,
): Promise<number> {
  return even ? (await path.parametrisation(signal)).positionAt(asked) : asked;
}

/** Where on its path a moment lies, which even steps to the eye decide where they are wanted. */
export async function locateMoment(
  { even }: Pick<Timeline, 'even'>,
  { segment, progress }: Moment,
  path: Path,
  signal?: AbortSignal,
): Promise<PathPosition> {
  return { segment, position: await positionOn(path, progress, even, signal) };
}
