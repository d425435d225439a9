/** How pictures stand side by side. Lengths in CSS px. */

/** The number of columns in which square pictures, each with `below` px under it, are largest. */
export function columnsFor(count: number, width: number, height: number, below: number): number {
  const side = (columns: number): number =>
    Math.min(width / columns, height / Math.ceil(count / columns) - below);
  const all = Array.from({ length: count }, (_, nth) => nth + 1);
  return all.reduce((best, columns) => (side(columns) > side(best) ? columns : best), 1);
}

/** Where an arrow leads among so many in columns; undefined for another key, and past an edge. */
export function neighbourOf(
  key: string,
  at: number,
  count: number,
  columns: number,
): number | undefined {
  const steps: Partial<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  const to = at + (steps[key] ?? NaN);
  return to >= 0 && to < count ? to : undefined;
}
