/**
 * A leaky ReLU between an upsampling and a downsampling filter, so that it makes no frequencies that the samples
 * cannot hold (Karras et al. 2021, section 3.2). Computed in tiles, each with small dense matrices on both sides of
 * it: the upsampled picture never lies in memory whole.
 */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { LEAKY } from './fully-connected.ts';
import {
  type AxisGeometry,
  besideOneAnother,
  downMatrix,
  type Matrix,
  type Stretch,
  stretchesOf,
  transposed,
  upMatrix,
} from './resampling.ts';
import { separableFilters } from './separable.ts';
import { axesOf, type SynthesisLayer } from './structure.ts';

/** Side of a tile of the outcome, in pixels. Fastest on a CPU: smaller ones overlap more, larger ones multiply zeros. */
const TILE = 48;
const [ROWS, COLUMNS] = [2, 3];

/** x [N, channels, rows, columns] after its bias → [N, channels, rows', columns'] of `layer.out_size`. */
export async function filteredLeakyRelu(
  graph: GraphBuilder,
  x: Value,
  layer: SynthesisLayer,
): Promise<Value> {
  const [horizontal, vertical] = axesOf(layer);
  if (isIdentity(horizontal) && isIdentity(vertical)) return activated(graph, x, layer);
  const up = await separableFilters(layer.upFilter);
  const down = await separableFilters(layer.downFilter);
  const gain = layer.up_factor ** 2 * (layer.is_torgb ? 1 : LEAKY.gain);
  const rowTiles = stretchesOf(vertical, TILE).map((stretch): RowTile => {
    const upwards = up.map((pair) => scaled(upMatrix(vertical, stretch, pair.vertical), gain));
    const downwards = down.map((pair) => downMatrix(vertical, stretch, pair.vertical));
    return {
      input: sliceOf(graph, ROWS, stretch, vertical),
      up: matrix(graph, besideOneAnother(upwards)),
      down: matrix(graph, besideOneAnother(downwards)),
    };
  });
  const columnTiles = stretchesOf(horizontal, TILE).map((stretch): ColumnTile => {
    const upwards = up.map((pair) => upMatrix(horizontal, stretch, pair.horizontal));
    const downwards = down.map((pair) => downMatrix(horizontal, stretch, pair.horizontal));
    return {
      input: sliceOf(graph, COLUMNS, stretch, horizontal),
      up: upwards.map((each) => matrix(graph, transposed(each))),
      down: downwards.map((each) => matrix(graph, transposed(each))),
    };
  });
  const strips = rowTiles.map((row) => {
    const strip = sliced(graph, x, row.input);
    const tiles = columnTiles.map((column) => {
      const tile = sliced(graph, strip, column.input);
      const upsampled = filtered(graph, tile, row.up, column.up);
      return filtered(graph, activated(graph, upsampled, layer), row.down, column.down);
    });
    return joined(graph, tiles, COLUMNS);
  });
  return joined(graph, strips, ROWS);
}

/** Indices of a Slice, or undefined for the whole. */
type SliceIndices = readonly Value[] | undefined;

interface RowTile {
  readonly input: SliceIndices;
  /** The matrices of each pair of filters beside one another: [output, pairs · input]. */
  readonly up: Value;
  readonly down: Value;
}

interface ColumnTile {
  readonly input: SliceIndices;
  /** A matrix [input, output] for each pair of filters. */
  readonly up: readonly Value[];
  readonly down: readonly Value[];
}

/** The sum over pairs of filters of vertical · x · horizontalᵀ. */
function filtered(
  graph: GraphBuilder,
  x: Value,
  vertical: Value,
  horizontal: readonly Value[],
): Value {
  const parts = horizontal.map((each) => graph.node('MatMul', [x, each]));
  return graph.node('MatMul', [vertical, joined(graph, parts, ROWS)]);
}

function activated(graph: GraphBuilder, x: Value, layer: SynthesisLayer): Value {
  const activation = layer.is_torgb
    ? x
    : graph.node('LeakyRelu', [x], { alpha: { float: LEAKY.slope } });
  if (layer.conv_clamp === null) return activation;
  const [low, high] = [graph.scalar(-layer.conv_clamp), graph.scalar(layer.conv_clamp)];
  return graph.node('Clip', [activation, low, high]);
}

function isIdentity({ upFactor, upTaps, downFactor, downTaps, padding }: AxisGeometry): boolean {
  return (
    [upFactor, upTaps, downFactor, downTaps].every((one) => one === 1) && !padding.some(Boolean)
  );
}

function sliceOf(
  graph: GraphBuilder,
  axis: number,
  { input: { start, end } }: Stretch,
  { length }: AxisGeometry,
): SliceIndices {
  if (start === 0 && end === length) return undefined;
  return [graph.integers(start), graph.integers(end), graph.integers(axis)];
}

function sliced(graph: GraphBuilder, x: Value, indices: SliceIndices): Value {
  return indices ? graph.node('Slice', [x, ...indices]) : x;
}

function joined(graph: GraphBuilder, parts: readonly Value[], axis: number): Value {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : graph.node('Concat', parts, { axis });
}

function matrix(graph: GraphBuilder, { rows, columns, numbers }: Matrix): Value {
  return graph.floats(numbers, [rows, columns]);
}

function scaled({ rows, columns, numbers }: Matrix, factor: number): Matrix {
  return { rows, columns, numbers: numbers.map((each) => each * factor) };
}
