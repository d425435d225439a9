/** Twice the side, with a FIR filter against aliasing (Karras et al. 2019, §2.2; Zhang 2019). */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import type { NamedTensor } from '../named-tensor.ts';

/** By how much the side grows. */
const UP = 2;
/** Of the largest tap: what a product of column and row may differ by. */
const FACTOR_TOLERANCE = 1e-6;
/** Behind the last of anything. */
const END = 2 ** 31 - 1;

/** Taps of a convolution, not of a correlation, times `UP` squared: zeros between pixels take that much away. */
export interface Filter {
  readonly height: number;
  readonly width: number;
  /** [height × width]. */
  readonly taps: readonly number[];
  /** A column [height] and a row [width] whose product the taps are, if there are any. */
  readonly factors: { readonly column: number[]; readonly row: number[] } | undefined;
}

/** Zeros around pictures; negative ones cut them. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** @param tensor a matrix of taps, or one row of them, which is then for both axes */
export async function readFilter(tensor: NamedTensor): Promise<Filter> {
  const numbers = [...(await tensor.read())];
  const [rows = 1, columns] = tensor.shape;
  const matrix =
    columns === undefined
      ? numbers.map((a) => numbers.map((b) => a * b))
      : Array.from({ length: rows }, (_, y) => numbers.slice(y * columns, (y + 1) * columns));
  return filterOf(widened(matrix).map((row) => row.map((tap) => tap * UP * UP)));
}

/** With a zero before a single tap, which changes nothing, so that pictures never begin before their first pixel. */
function widened(matrix: number[][]): number[][] {
  const wide = matrix.map((row) => (row.length === 1 ? [0, ...row] : row));
  return wide.length === 1 ? [...wide.map((row) => row.map(() => 0)), ...wide] : wide;
}

function filterOf(matrix: number[][]): Filter {
  const [width, taps] = [matrix[0]?.length ?? 0, matrix.flat()];
  const largest = taps.reduce(
    (best, tap, i) => (Math.abs(tap) > Math.abs(taps[best] ?? 0) ? i : best),
    0,
  );
  const pivot = taps[largest] ?? 0;
  const share = Math.sqrt(Math.abs(pivot)) || 1;
  const column = matrix.map((row) => ((row[largest % width] ?? 0) / share) * Math.sign(pivot));
  const row = (matrix[Math.floor(largest / width)] ?? []).map((tap) => tap / share);
  const isProduct = taps.every((tap, i) => {
    const product = (column[Math.floor(i / width)] ?? 0) * (row[i % width] ?? 0);
    return Math.abs(tap - product) <= FACTOR_TOLERANCE * Math.abs(pivot);
  });
  const factors = isProduct ? { column, row } : undefined;
  return { height: matrix.length, width, taps, factors };
}

/** How far a filter of `taps` reaches before and after the pixels that it makes twice as many. */
export function reach(taps: number): { before: number; after: number } {
  return { before: Math.floor((taps + UP - 1) / 2), after: Math.floor((taps - UP) / 2) };
}

/** Filters each of `channels` by itself, x [n, channels, h, w], and adds `bias` [channels]. */
export function filtered(
  graph: GraphBuilder,
  x: Value,
  channels: number,
  { filter, around, bias }: { filter: Filter; around: Padding; bias: Value },
): Value {
  const { height, width, taps, factors } = filter;
  const [top = 0, left = 0, bottom = 0, right = 0] = zerosOf(around);
  const convolve = (
    inputs: readonly Value[],
    kernel: readonly number[],
    dims: number[],
    pads: number[],
  ) => {
    const [picture = '', ...added] = inputs;
    // A convolution runs over its kernel backwards.
    const weights = depthwise(graph, channels, [...kernel].reverse(), dims);
    return graph.node('Conv', [picture, weights, ...added], { group: channels, pads });
  };
  const inside = cut(graph, x, around);
  if (!factors) return convolve([inside, bias], taps, [height, width], [top, left, bottom, right]);
  const columns = convolve([inside], factors.column, [height, 1], [top, 0, bottom, 0]);
  return convolve([columns, bias], factors.row, [1, width], [0, left, 0, right]);
}

function zerosOf({ top, left, bottom, right }: Padding): number[] {
  return [top, left, bottom, right].map((zeros) => Math.max(0, zeros));
}

/** Without the rows and columns that a padding takes away. */
function cut(graph: GraphBuilder, x: Value, { top, left, bottom, right }: Padding): Value {
  if (Math.min(top, left, bottom, right) >= 0) return x;
  const starts = graph.integers(Math.max(0, -top), Math.max(0, -left));
  const ends = graph.integers(...[bottom, right].map((end) => (end < 0 ? end : END)));
  return graph.node('Slice', [x, starts, ends, graph.integers(2, 3)]);
}

/** Pictures x [n, channels, h, w] of twice the side. */
export function upsampled(
  graph: GraphBuilder,
  x: Value,
  channels: number,
  { height, width, taps, factors }: Filter,
): Value {
  const spread = (input: Value, kernel: readonly number[], [h, w]: [number, number]) => {
    const [vertical, horizontal] = [cropOf(h), cropOf(w)];
    return graph.node('ConvTranspose', [input, depthwise(graph, channels, kernel, [h, w])], {
      group: channels,
      strides: [h > 1 ? UP : 1, w > 1 ? UP : 1],
      pads: [vertical.before, horizontal.before, vertical.after, horizontal.after],
    });
  };
  if (!factors) return spread(x, taps, [height, width]);
  return spread(spread(x, factors.column, [height, 1]), factors.row, [1, width]);
}

/** What a filter of `taps` adds at both ends beyond twice the side. */
function cropOf(taps: number): { before: number; after: number } {
  if (taps === 1) return { before: 0, after: 0 };
  const { before } = reach(taps);
  return { before: taps - 1 - before, after: before - 1 };
}

/** One kernel for each of `channels`. */
function depthwise(
  graph: GraphBuilder,
  channels: number,
  kernel: readonly number[],
  dims: readonly number[],
): Value {
  const weights = Array.from({ length: channels }, () => kernel).flat();
  return graph.floats(weights, [channels, 1, ...dims]);
}
