/** The smallest step that weights are shown in. */
const DIGITS = 4;
/** Fine enough for what is left of a whole, without the noise of subtracting. */
const FINE = 12;

/** As much of everybody. */
export function evenWeights(count: number): number[] {
  return Array.from({ length: count }, () => 1 / count);
}

/** Moves the border after weight `index`: what the one gains the next one loses, down to nothing. */
export function moveBorder(weights: readonly number[], index: number, by: number): number[] {
  const [left = 0, right = 0] = weights.slice(index, index + 2);
  const moved = Math.min(right, Math.max(-left, by));
  // What both have stays what both have, so that all together stay one: thirds have no four digits.
  const both = left + right;
  const first = Math.min(both, Number((left + moved).toFixed(DIGITS)));
  return weights.with(index, first).with(index + 1, Number((both - first).toFixed(FINE)));
}
