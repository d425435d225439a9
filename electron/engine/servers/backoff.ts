const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/**
 * How long to wait after a failure: twice as long each time, and by chance less by up to half, so that all who wait
 * for a server do not ask it in the same moment.
 *
 * @param times failures in a row, from 1
 */
export function backoffMs(times: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (times - 1));
  return longest * (1 - random() / 2);
}
