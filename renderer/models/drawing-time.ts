/** Side of the largest preview, which pairs are drawn with, in pixels. */
const PREVIEW_SIDE = 256;
/** Milliseconds a pair of that size takes on two cores: design.md §5, 20,000 of a 1024 px generator in 3.3 hours. */
const PAIR_MS = 600;
/** Of them a small CLIP looks at the picture. */
const LOOK_MS = 30;

/** About how long two cores draw and look at pairs, in milliseconds. @param resolution in pixels */
export function drawingTime(pairs: number, resolution: number): number {
  const part = Math.min(resolution, PREVIEW_SIDE) / PREVIEW_SIDE;
  return pairs * (LOOK_MS + (PAIR_MS - LOOK_MS) * part ** 2);
}
