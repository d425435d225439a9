/** Lines beyond the edge, so that a scroll meets them drawn. */
const BEYOND = 1;

/**
 * Which lines of a grid are to be seen.
 *
 * @param at how far it is scrolled, in px
 * @param room how much of it is seen
 * @param pitch from one line to the next
 * @param cursor the line that has the keyboard, which is there wherever one has scrolled to
 */
export function shownRange(
  at: number,
  room: number,
  pitch: number,
  count: number,
  cursor: number,
): number[] {
  if (room <= 0) return [];
  const first = Math.max(0, Math.floor(at / pitch) - BEYOND);
  const last = Math.min(count - 1, Math.floor((at + room) / pitch) + BEYOND);
  const seen = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  if (seen.includes(cursor)) return seen;
  return cursor < first ? [cursor, ...seen] : [...seen, cursor];
}
