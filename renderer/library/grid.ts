/**
 * The maths of the virtual gallery: which cells exist, where they lie and which of them are on
 * screen. No DOM here; Gallery and Filmstrip only draw what these functions say. Lengths in CSS px.
 */

export interface GridLayout {
  columns: number;
  rows: number;
  /** Side of a picture. */
  cell: number;
  /** Distance between the left edges of neighbours, and between the top edges of rows. */
  pitchX: number;
  pitchY: number;
  /** Height of the whole grid. */
  height: number;
}

export interface GridOptions {
  width: number;
  count: number;
  /** Smallest side of a picture; cells grow from here to fill the row. */
  minCell: number;
  gap: number;
  /** Height of the words under each picture. */
  caption: number;
}

/** A first index and the one after the last. */
export interface Span {
  start: number;
  end: number;
}

/** The indices of a span, for drawing. */
export function indicesOf({ start, end }: Span): number[] {
  return Array.from({ length: end - start }, (_, nth) => start + nth);
}

export function layoutGrid({ width, count, minCell, gap, caption }: GridOptions): GridLayout {
  const columns = Math.max(1, Math.floor((width + gap) / (minCell + gap)));
  const cell = Math.max(0, Math.floor((width - gap * (columns - 1)) / columns));
  const rows = Math.ceil(count / columns);
  const pitchY = cell + caption + gap;
  return {
    columns,
    rows,
    cell,
    pitchX: cell + gap,
    pitchY,
    height: rows === 0 ? 0 : rows * pitchY - gap,
  };
}

/** The items of a line with `pitch` px each that a viewport shows, and `overscan` more each side. */
export function visibleSpan(
  offset: number,
  viewport: number,
  pitch: number,
  count: number,
  overscan: number,
): Span {
  if (pitch <= 0) return { start: 0, end: 0 };
  const first = Math.floor(offset / pitch) - overscan;
  const last = Math.ceil((offset + viewport) / pitch) + overscan;
  const start = Math.min(count, Math.max(0, first));
  return { start, end: Math.max(start, Math.min(count, last)) };
}

/** The cells on screen when the grid is scrolled to `offset`. */
export function visibleCells(
  layout: GridLayout,
  count: number,
  offset: number,
  viewport: number,
  overscanRows = 2,
): Span {
  const rows = visibleSpan(offset, viewport, layout.pitchY, layout.rows, overscanRows);
  return {
    start: Math.min(count, rows.start * layout.columns),
    end: Math.min(count, rows.end * layout.columns),
  };
}

export function cellPosition(layout: GridLayout, index: number): { x: number; y: number } {
  return {
    x: (index % layout.columns) * layout.pitchX,
    y: Math.floor(index / layout.columns) * layout.pitchY,
  };
}

/** The scroll offset nearest to `offset` at which the span from `start` to `end` is wholly seen. */
export function offsetToReveal(
  start: number,
  end: number,
  offset: number,
  viewport: number,
  margin = 0,
): number {
  if (start - margin < offset) return Math.max(0, start - margin);
  if (end + margin > offset + viewport) return end + margin - viewport;
  return offset;
}

/**
 * Where an arrow, Home, End or page key leads from `index`; null for any other key.
 * Up and down keep the column and stay put at the edges.
 */
export function indexAfterKey(
  key: string,
  index: number,
  count: number,
  columns: number,
  pageRows = 1,
): number | null {
  if (count === 0) return null;
  const step = (by: number): number => {
    const to = index + by;
    return to < 0 || to >= count ? index : to;
  };
  const page = columns * Math.max(1, pageRows);
  switch (key) {
    case 'ArrowLeft':
      return step(-1);
    case 'ArrowRight':
      return step(1);
    case 'ArrowUp':
      return step(-columns);
    case 'ArrowDown':
      return step(columns);
    case 'PageUp':
      return Math.max(index % columns, index - page);
    case 'PageDown':
      return Math.min(count - 1, index + page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
