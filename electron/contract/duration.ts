/** How long it takes to draw many portraits, told before they are drawn. */
import type { Generation } from './generation.ts';

/** With more portraits than this, how many they are and how long they take is said before they are drawn. */
export const MANY = 200;

/** Portraits whose times are looked at: the last ones. */
export const TIMED = 16;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Milliseconds that each of many portraits takes, as those told of did. Stages of a run overlap: it is as slow as the
 * slowest of them.
 *
 * @param portraits of one pack
 * @returns the median of them; null where none was drawn
 */
export function msPerPortrait(portraits: readonly Pick<Generation, 'timings'>[]): number | null {
  const times = portraits
    .map(({ timings }) => Math.max(0, ...Object.values(timings)))
    .filter((each) => each > 0)
    .sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? null;
}

/** A time that is an estimate, as it is said: `about 13 min`. @param ms 0 or more */
export function about(ms: number): string {
  return `about ${rounded(ms)}`;
}

/** A time in the unit that suits it: `2 min`. @param ms 0 or more */
export function rounded(ms: number): string {
  if (ms < 1.5 * MINUTE_MS) return `${Math.max(1, Math.round(ms / 1_000))} s`;
  if (ms < 1.5 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return `${Math.round(ms / HOUR_MS).toLocaleString('en')} h`;
}
