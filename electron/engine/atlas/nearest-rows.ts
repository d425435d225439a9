/** A row and how far it is. */
export interface NearRow {
  readonly row: number;
  /** Euclidean. */
  readonly distance: number;
}

/** The rows nearest to a point, nearest first; a row that is the point itself among them. */
export function nearestRows(
  rows: readonly Float32Array[],
  point: Float32Array,
  count: number,
): NearRow[] {
  const best: { row: number; squared: number }[] = [];
  let worst = Infinity;
  for (let row = 0; row < rows.length; row += 1) {
    const squared = squaredDistance(rows[row] as Float32Array, point, worst);
    if (squared >= worst && best.length === count) continue;
    let at = best.length;
    while (at > 0 && (best[at - 1]?.squared ?? 0) > squared) at -= 1;
    best.splice(at, 0, { row, squared });
    if (best.length > count) best.pop();
    if (best.length === count) worst = best.at(-1)?.squared ?? Infinity;
  }
  return best.map(({ row, squared }) => ({ row, distance: Math.sqrt(squared) }));
}

/** Given up as soon as it is more than `limit`: most are. */
function squaredDistance(a: Float32Array, b: Float32Array, limit: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
    if (sum > limit) return sum;
  }
  return sum;
}
