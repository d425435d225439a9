/** A place of the plane, both 0 to 1 from its lower left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * What each of the other portraits weighs at a place of the plane; the portrait itself has the lower
 * left corner and the rest up to 1. Three others have the other corners, lower right first and round;
 * two have the lower right corner and the middle of the upper edge.
 */
export function cornerWeights({ x, y }: Point, others: number): number[] {
  if (others === 2) {
    // Barycentric in the triangle; a place outside of it is led to its edge.
    const second = clamp(x - y / 2);
    const third = clamp(y);
    const own = clamp(1 - second - third);
    const sum = own + second + third;
    return [second / sum, third / sum];
  }
  if (others === 3) return [x * (1 - y), x * y, (1 - x) * y];
  return Array.from({ length: others }, () => 0);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
