/**
 * A leaky ReLU between an upsampling and a downsampling filter, so that it makes no frequencies that the samples
 * cannot hold (Karras et al. 2021, section 3.2). Computed in tiles, each with small dense matrices on both sides of
 * it: the upsampled picture never lies in memory whole.
 */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { integers } from '../../onnx/tensor.ts';
import { LEAKY } from '../activation.ts';
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
import { type FilterPair, separableFilters } from './separable.ts';
import { axesOf, type SynthesisLayer } from './structure.ts';

/** Side of a tile of the outcome, in pixels. Fastest on a CPU: smaller ones overlap more, larger ones multiply zeros. */
const TILE = 64;
const [ROWS, COLUMNS] = [2, 3];
const ROWS_AND_TILES_EXCHANGED = [0, 1, 3, 2, 4];

/** x [N, channels, rows, columns] after its bias → [N, channels, rows', columns'] of `layer.out_size`. */
export async function filteredLeakyRelu(
  graph: GraphBuilder,
  x: Value,
  layer: SynthesisLayer,
): Promise<Value> {
  const [horizontal, vertical] = axesOf(layer);
  const activation = activationOf(graph, layer);
  const gain = layer.up_factor ** 2 * (layer.is_torgb ? 1 : LEAKY.gain);
  if (isIdentity(horizontal) && isIdentity(vertical)) {
    return activation(gain === 1 ? x : graph.node('Mul', [x, graph.scalar(gain)]));
  }
  const up = await separableFilters(layer.upFilter);
  const down = await separableFilters(layer.downFilter);
  const rowTiles = stretchesOf(vertical, TILE).map((stretch): RowTile => {
    const upwards = up.map((pair) => scaled(upMatrix(vertical, stretch, pair.vertical), gain));
    const downwards = down.map((pair) => downMatrix(vertical, stretch, pair.vertical));
    return {
      input: sliceOf(graph, ROWS, stretch, vertical),
      up: matrix(graph, besideOneAnother(upwards)),
      down: matrix(graph, besideOneAnother(downwards)),
    };
  });
  const columns = columnTilesOf(graph, horizontal, { up, down });
  const strips = rowTiles.map((row) => {
    const tiles = tiled(graph, sliced(graph, x, row.input), columns);
    const upsampled = filtered(graph, tiles, row.up, columns.up);
    const outcome = filtered(graph, activation(upsampled), row.down, columns.down);
    return untiled(graph, outcome, columns);
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

/** All tiles of a strip, which are computed at once: graphs of many nodes load slowly. */
interface ColumnTiles {
  /** Columns of each tile [tiles, input], or undefined for a single tile made of all. */
  readonly input: Value | undefined;
  /** Matrices [tiles, input, output], or of such a tile [input, output], for each pair of filters. */
  readonly up: readonly Value[];
  readonly down: readonly Value[];
}

function columnTilesOf(
  graph: GraphBuilder,
  axis: AxisGeometry,
  { up, down }: { up: readonly FilterPair[]; down: readonly FilterPair[] },
): ColumnTiles {
  const stretches = stretchesOf(axis, TILE);
  const isWhole =
    stretches.every(({ input: { start, end } }) => end - start === axis.length) &&
    stretches.length === 1;
  const stacks = (pairs: readonly FilterPair[], matrixFor: typeof upMatrix) =>
    pairs.map(({ horizontal }) => {
      const each = stretches.map((stretch) => transposed(matrixFor(axis, stretch, horizontal)));
      const [first] = each;
      return isWhole && first ? matrix(graph, first) : stack(graph, each);
    });
  return {
    input: isWhole ? undefined : columnIndices(graph, stretches),
    up: stacks(up, upMatrix),
    down: stacks(down, downMatrix),
  };
}

function columnIndices(graph: GraphBuilder, stretches: readonly Stretch[]): Value {
  const indices = stretches.map(({ input: { start, end } }) =>
    Array.from({ length: end - start }, (_, i) => start + i),
  );
  return graph.constant(integers(indices.flat(), [indices.length, indices[0]?.length ?? 0]));
}

/** [N, channels, rows, columns] → [N, channels, tiles, rows, input], or as it is for a single tile made of all. */
function tiled(graph: GraphBuilder, strip: Value, { input }: ColumnTiles): Value {
  if (input === undefined) return strip;
  const tiles = graph.node('Gather', [strip, input], { axis: COLUMNS });
  return graph.node('Transpose', [tiles], { perm: ROWS_AND_TILES_EXCHANGED });
}

/** [N, channels, tiles, rows, output] → [N, channels, rows, columns]. */
function untiled(graph: GraphBuilder, tiles: Value, { input }: ColumnTiles): Value {
  if (input === undefined) return tiles;
  const rows = graph.node('Transpose', [tiles], { perm: ROWS_AND_TILES_EXCHANGED });
  return graph.node('Reshape', [rows, graph.integers(0, 0, 0, -1)]);
}

/** The sum over pairs of filters of vertical · x · horizontalᵀ. */
function filtered(
  graph: GraphBuilder,
  x: Value,
  vertical: Value,
  horizontal: readonly Value[],
): Value {
  const parts = horizontal.map((each) => graph.node('MatMul', [x, each]));
  return graph.node('MatMul', [vertical, joined(graph, parts, -2)]);
}

/** The function of each number. */
function activationOf(graph: GraphBuilder, layer: SynthesisLayer): (x: Value) => Value {
  const clamp = layer.conv_clamp;
  const bounds = clamp === null ? [] : [graph.scalar(-clamp), graph.scalar(clamp)];
  const slope = { alpha: { float: LEAKY.slope } };
  return (x) => {
    const activation = layer.is_torgb ? x : graph.node('LeakyRelu', [x], slope);
    return bounds.length > 0 ? graph.node('Clip', [activation, ...bounds]) : activation;
  };
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

function stack(graph: GraphBuilder, matrices: readonly Matrix[]): Value {
  const [{ rows, columns } = { rows: 0, columns: 0 }] = matrices;
  const numbers = Float32Array.from(matrices.flatMap((each) => [...each.numbers]));
  return graph.floats(numbers, [matrices.length, rows, columns]);
}

function scaled({ rows, columns, numbers }: Matrix, factor: number): Matrix {
  return { rows, columns, numbers: numbers.map((each) => each * factor) };
}
