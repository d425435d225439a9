/** Piecewise linear functions, as lists of values at the whole numbers 0, 1, 2, … */

/** The value at an index, which may lie between two of the list. */
export function valueAt(values: readonly number[], index: number): number {
  const before = Math.min(Math.floor(index), values.length - 2);
  const [a = 0, b = a] = values.slice(before, before + 2);
  return a + (index - before) * (b - a);
}

/** The index, which may lie between two, where an ascending list reaches a value; where it stays there for long, the first. */
export function locate(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle;
    else high = middle;
  }
  const [a, b] = [ascending[low] ?? 0, ascending[high] ?? 0];
  return b > a ? low + Math.min(1, Math.max(0, (value - a) / (b - a))) : low;
}

/** The sum of some lengths after each of them, as a fraction of the whole from 0 to 1; even where all are 0. */
export function cumulative(lengths: readonly number[]): number[] {
  const all = lengths.reduce((total, length) => total + length, 0);
  let sum = 0;
  const fractions = lengths.map((length) => {
    sum += all > 0 ? length / all : 1 / lengths.length;
    return Math.min(1, sum);
  });
  return [0, ...fractions.slice(0, -1), 1];
}
