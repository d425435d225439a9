/** Times as the clock on the wall shows them. */

/** For people: `2026-01-02 03:04`. */
export function shortTime(time: number): string {
  return isoTime(time).slice(0, 16).replace('T', ' ');
}

/** For programs, ISO 8601 with the offset from UTC: `2026-01-02T03:04:05.678+01:00`, or with a Z. */
export function isoTime(time: number): string {
  const minutes = -new Date(time).getTimezoneOffset();
  const clock = new Date(time + minutes * 60_000).toISOString();
  if (minutes === 0) return clock;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${clock.slice(0, -1)}${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}
