import type { Between } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Timeline } from '../../contract/generation.ts';
import { type Moment, segmentsOf } from '../../contract/timeline.ts';
import type { FrameSpot } from '../export/render-folder.ts';
import type { Path } from './path.ts';

/**
 * One way of a timeline as the path it is.
 *
 * @throws StudioError `invalid-argument` when no way begins at that key-frame
 */
export function segmentOf(timeline: Timeline, segment: number): Between {
  const way = segmentsOf(timeline)[segment];
  const key = timeline.keys[segment];
  if (!way || !key) {
    throw new StudioError('invalid-argument', 'The timeline has no way that begins there.');
  }
  return { from: way.from, to: way.to, path: key.path, settings: timeline.settings };
}

/** The position on a path that is meant by a place on it: with even steps, that many of them on. */
export async function positionOn(
  path: Path,
  place: number,
  even = false,
  signal?: AbortSignal,
): Promise<number> {
  return even ? (await path.pace(signal)).positionAt(place) : place;
}

/** Where on its way a moment lies, which even steps to the eye decide where they are wanted. */
export async function spotOf(
  { even }: Pick<Timeline, 'even'>,
  { segment, progress }: Moment,
  path: Path,
  signal?: AbortSignal,
): Promise<FrameSpot> {
  return { segment, position: await positionOn(path, progress, even, signal) };
}
