import type { AtlasPoint } from '../../contract/atlas.ts';

/** Whether a point lies inside of a closed line: whether a ray from it crosses the line an odd number of times. */
export function isInside(line: readonly AtlasPoint[], x: number, y: number): boolean {
  let inside = false;
  let before = line.at(-1);
  for (const corner of line) {
    if (before && corner.y > y !== before.y > y) {
      const crossing = corner.x + ((y - corner.y) / (before.y - corner.y)) * (before.x - corner.x);
      if (x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}
