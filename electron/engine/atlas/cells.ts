/** Cells of the unit square: at level n they are 2⁻ⁿ wide, and each holds four of the next level. */
import type { AtlasPoint } from '../../contract/atlas.ts';

/** The places of one space, side by side. */
export interface Places {
  readonly count: number;
  /** Numbers of the rows of `generations`. */
  readonly seqs: Float64Array;
  readonly xs: Float32Array;
  readonly ys: Float32Array;
}

export interface Cell {
  /** The portrait that stands for it: its place among all. */
  cover: number;
  count: number;
}

/** How a corner of a view lies among the cells of a level. */
export function cellAt(
  { x, y }: AtlasPoint,
  level: number,
): readonly [column: number, row: number] {
  return [Math.floor(x * 2 ** level), Math.floor(y * 2 ** level)];
}

/** One number for each cell of a level. */
export function cellKey(x: number, y: number, level: number): number {
  const [column, row] = cellAt({ x, y }, level);
  return row * 2 ** 24 + column;
}

/**
 * Which of two stands for a cell in which both lie. By a rule that knows nothing of the level: what stands for a cell
 * then stands for one of the four in it too, and stays where it is while one zooms in.
 */
export function standsBefore(a: number, b: number): boolean {
  return scattered(a) < scattered(b);
}

/** A number that has nothing to do with when a portrait was made (the 32-bit finaliser of MurmurHash3). */
function scattered(seq: number): number {
  let mixed = seq ^ (seq >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
