/**
 * The maths of the virtual gallery: which cells exist, where they lie and which of them are on
 * screen. No DOM here; Grid and Filmstrip only draw what these functions say. Lengths in CSS px.
 */
import type { Span } from '../state/sparse-list.ts';

/** Portraits under one heading, or all of them without one. */
export interface Band {
  /** Index of its first portrait. */
  start: number;
  count: number;
  /** Where it begins: its heading, and the rows below it. */
  top: number;
  rows: number;
  /** How many headings and rows are above it. */
  line: number;
}

export interface GridLayout {
  columns: number;
  /** Side of a picture. */
  cell: number;
  /** Distance between the left edges of neighbours, and between the top edges of rows. */
  pitchX: number;
  pitchY: number;
  /** Height of a heading; 0 without groups. */
  heading: number;
  bands: readonly Band[];
  /** Headings and rows together. */
  lines: number;
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
  /** How many portraits stand under each heading, in order; left out where there are no headings. */
  groups?: readonly number[] | undefined;
  /** Height of a heading. */
  heading?: number;
}

/** What stands in one line of the grid: the heading of a group, or a row of portraits. */
export type Line = { line: number; y: number } & (
  { kind: 'heading'; group: number } | ({ kind: 'row' } & Span)
);

/** The indices of a span, for drawing. */
export function indicesOf({ start, end }: Span): number[] {
  return Array.from({ length: end - start }, (_, nth) => start + nth);
}

export function layoutGrid(options: GridOptions): GridLayout {
  const { width, count, minCell, gap, caption, groups } = options;
  const columns = Math.max(1, Math.floor((width + gap) / (minCell + gap)));
  const cell = Math.max(0, Math.floor((width - gap * (columns - 1)) / columns));
  const pitchY = cell + caption + gap;
  const heading = groups ? (options.heading ?? 0) : 0;
  const bands: Band[] = [];
  let [start, top, line] = [0, 0, 0];
  for (const size of groups ? fitted(groups, count) : [count].filter((all) => all > 0)) {
    const rows = Math.ceil(size / columns);
    bands.push({ start, count: size, top, rows, line });
    start += size;
    top += heading + rows * pitchY;
    line += rows + (groups ? 1 : 0);
  }
  const height = Math.max(0, top - gap);
  return { columns, cell, pitchX: cell + gap, pitchY, heading, bands, lines: line, height };
}

/** Cells of one size in rows of so many. */
export function layoutRows(
  count: number,
  columns: number,
  { cell, gap }: Pick<GridLayout, 'cell'> & Pick<GridOptions, 'gap'> = { cell: 1, gap: 0 },
): GridLayout {
  const width = columns * (cell + gap) - gap;
  return layoutGrid({ width, count, minCell: cell, gap, caption: 0 });
}

/** Sizes of groups that were counted at another moment than the whole, made to agree with it. */
function fitted(groups: readonly number[], count: number): number[] {
  const sizes: number[] = [];
  let left = count;
  for (const [nth, size] of groups.entries()) {
    if (left === 0) break;
    const fits = nth === groups.length - 1 ? left : Math.min(left, size);
    sizes.push(fits);
    left -= fits;
  }
  return sizes;
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

/** The lines on screen when the grid is scrolled to `offset`. */
export function visibleLines(
  layout: GridLayout,
  offset: number,
  viewport: number,
  overscanRows = 2,
): Line[] {
  const { columns, pitchY, heading, bands } = layout;
  const from = offset - overscanRows * pitchY;
  const to = offset + viewport + overscanRows * pitchY;
  const lines: Line[] = [];
  for (let nth = bandAt(bands, ({ top }) => top <= from); nth < bands.length; nth += 1) {
    const band = bands[nth];
    if (!band || band.top >= to) break;
    const { top, line, start, count, rows } = band;
    if (heading > 0 && top + heading > from) {
      lines.push({ kind: 'heading', group: nth, line, y: top });
    }
    const first = line + (heading > 0 ? 1 : 0);
    const seen = visibleSpan(from - top - heading, to - from, pitchY, rows, 0);
    for (const row of indicesOf(seen)) {
      lines.push({
        ...{ kind: 'row', line: first + row, y: top + heading + row * pitchY },
        start: start + row * columns,
        end: start + Math.min(count, (row + 1) * columns),
      });
    }
  }
  return lines;
}

/**
 * The most lines that can be on screen at once: each is drawn where the one so many lines before it was, so that
 * the same few are there wherever the grid is scrolled.
 */
export function mostLines(layout: GridLayout, viewport: number, overscanRows = 2): number {
  const { pitchY, heading } = layout;
  const range = viewport + 2 * overscanRows * pitchY;
  // A heading has a row below it at least.
  if (heading > 0) return 2 * (Math.ceil(range / (heading + pitchY)) + 1);
  return Math.ceil(range / pitchY) + 1;
}

/** The portraits in some lines, which follow each other. */
export function spanOf(lines: readonly Line[]): Span {
  const rows = lines.filter((line) => line.kind === 'row');
  return { start: rows[0]?.start ?? 0, end: rows.at(-1)?.end ?? 0 };
}

export function cellPosition(layout: GridLayout, index: number): { x: number; y: number } {
  const band = bandOf(layout, index);
  if (!band) return { x: 0, y: 0 };
  const nth = index - band.start;
  return {
    x: (nth % layout.columns) * layout.pitchX,
    y: band.top + layout.heading + Math.floor(nth / layout.columns) * layout.pitchY,
  };
}

/** The first portrait of the row at a height, or of the one below a heading there. */
export function indexAt(layout: GridLayout, y: number): number {
  const { columns, pitchY, heading, bands } = layout;
  const band = bands[bandAt(bands, ({ top }) => top <= y)];
  if (!band) return 0;
  const row = Math.floor((y - band.top - heading) / pitchY);
  return band.start + Math.min(band.rows - 1, Math.max(0, row)) * columns;
}

/** The portraits that a rectangle touches, a span for each row. */
export function spansIn(
  layout: GridLayout,
  { left, top, right, bottom }: Record<'left' | 'top' | 'right' | 'bottom', number>,
): Span[] {
  const { columns, pitchX, pitchY, cell } = layout;
  const first = Math.max(0, Math.ceil((left - cell) / pitchX));
  const last = Math.min(columns - 1, Math.floor(right / pitchX));
  if (last < first) return [];
  return visibleLines(layout, top, bottom - top, 0)
    .filter((line) => line.kind === 'row')
    .filter(({ y }) => y < bottom && y + pitchY > top)
    .map(({ start, end }) => ({ start: start + first, end: Math.min(end, start + last + 1) }))
    .filter(({ start, end }) => start < end);
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
 * Where an arrow, Home, End or page key leads from `index`; null for any other key. Up and down keep the
 * column as far as the row there has it, and stay put at the edges.
 *
 * @param page rows of a page, or portraits of one where all stand in one row
 */
export function indexAfterKey(
  key: string,
  index: number,
  layout: GridLayout,
  page = 1,
): number | null {
  const last = layout.bands.at(-1);
  if (!last) return null;
  const end = last.start + last.count - 1;
  const pages = (by: number): number =>
    layout.lines > 1
      ? rowsAway(layout, index, by * Math.max(1, page))
      : Math.min(end, Math.max(0, index + by * Math.max(1, page)));
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'ArrowRight':
      return Math.min(end, index + 1);
    case 'ArrowUp':
      return rowsAway(layout, index, -1);
    case 'ArrowDown':
      return rowsAway(layout, index, 1);
    case 'PageUp':
      return pages(-1);
    case 'PageDown':
      return pages(1);
    case 'Home':
      return 0;
    case 'End':
      return end;
    default:
      return null;
  }
}

/** The portrait so many rows further, past headings, and no further than there are rows. */
function rowsAway({ bands, columns }: GridLayout, index: number, by: number): number {
  let nth = bandAt(bands, ({ start }) => start <= index);
  const from = bands[nth];
  if (!from) return index;
  const column = (index - from.start) % columns;
  let row = Math.floor((index - from.start) / columns) + by;
  while (row < 0 && nth > 0) row += bands[(nth -= 1)]?.rows ?? 0;
  for (let rows = bands[nth]?.rows ?? 0; row >= rows && nth < bands.length - 1;) {
    row -= rows;
    nth += 1;
    rows = bands[nth]?.rows ?? 0;
  }
  const band = bands[nth] ?? from;
  const at = Math.min(band.rows - 1, Math.max(0, row)) * columns;
  return band.start + Math.min(band.count - 1, at + column);
}

function bandOf({ bands }: GridLayout, index: number): Band | undefined {
  return bands[bandAt(bands, ({ start }) => start <= index)];
}

/** The last band of those for which something holds, from the first on; the first where it holds for none. */
function bandAt(bands: readonly Band[], holds: (band: Band) => boolean): number {
  let low = 0;
  let high = bands.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const band = bands[middle];
    if (band && holds(band)) low = middle;
    else high = middle - 1;
  }
  return low;
}
