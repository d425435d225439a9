/** Piecewise linear functions, as lists of values at the whole numbers 0, 1, 2, … */

/** The value at a place between two of the list. */
export function valueAt(values: readonly number[], place: number): number {
  const before = Math.min(Math.floor(place), values.length - 2);
  const [a = 0, b = a] = values.slice(before, before + 2);
  return a + (place - before) * (b - a);
}

/** The place where an ascending list reaches a value; where it stays there for long, the first. */
export function placeOf(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle;
    else high = middle;
  }
  const [a, b] = [ascending[low] ?? 0, ascending[high] ?? 0];
  return b > a ? low + Math.min(1, Math.max(0, (value - a) / (b - a))) : low;
}

/** What has been gone after each of some lengths, as shares from 0 to 1; evenly where all are 0. */
export function sharesGone(lengths: readonly number[]): number[] {
  const all = lengths.reduce((sum, length) => sum + length, 0);
  let gone = 0;
  const shares = lengths.map((length) => {
    gone += all > 0 ? length / all : 1 / lengths.length;
    return Math.min(1, gone);
  });
  return [0, ...shares.slice(0, -1), 1];
}
