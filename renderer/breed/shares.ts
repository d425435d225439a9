/** The smallest step that shares are shown in. */
const DIGITS = 4;

/** As much of everybody. */
export function evenShares(count: number): number[] {
  return Array.from({ length: count }, () => 1 / count);
}

/** Moves the border after share `index`: what the one gains the next one loses, down to nothing. */
export function moveBorder(shares: readonly number[], index: number, by: number): number[] {
  const [left = 0, right = 0] = shares.slice(index, index + 2);
  const moved = Math.min(right, Math.max(-left, by));
  return shares
    .with(index, Number((left + moved).toFixed(DIGITS)))
    .with(index + 1, Number((right - moved).toFixed(DIGITS)));
}
