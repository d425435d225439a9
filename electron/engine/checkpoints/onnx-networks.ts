/** The networks of a generator that others exported to ONNX, with the ports that a pack has. */
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { WrappingGraph } from '../onnx/rewrite-model.ts';
import { type Dim, ELEMENT_TYPES, integers } from '../onnx/tensor.ts';
import { gaussian } from '../latent/gaussian.ts';
import type { NetworkPorts } from './onnx-ports.ts';

/** `TensorProto.DataType` of what ports hold. */
const TYPE_CODES: Readonly<Record<string, number>> = {
  float32: ELEMENT_TYPES.float32.code,
  float16: ELEMENT_TYPES.float16.code,
  float64: 11,
};
const BATCH = 'batch';
/** Along which noise numbers lie. */
const AXIS = 1;

/** z [N, z], class [N, classes] → w [N, w]. */
export function wrapMapping(ports: NetworkPorts): WrappingGraph {
  const { latent, label, result } = ports;
  const graph = new WrappingGraph('mapping');
  const feeds: Record<string, Value> = ones(graph, ports);
  feeds[latent.name] = given(graph, 'z', latent.type, [BATCH, dimOf(latent.dims[1])]);
  if (label) feeds[label.name] = given(graph, 'class', label.type, [BATCH, dimOf(label.dims[1])]);
  const w = taken(graph, graph.call(feeds)(result.name), result.type);
  // One w for each layer: they are all alike without truncation.
  const one = result.dims.length === 3 ? graph.node('Gather', [w, first(graph)], { axis: 1 }) : w;
  graph.output('w', one, 'float32', [BATCH, dimOf(result.dims.at(-1))]);
  return graph;
}

export interface SynthesisShape {
  readonly layers: number;
  readonly width: number;
  /** Whether colours come last, as [N, height, width, 3]. */
  readonly isColourLast: boolean;
}

/** w [N, layers, w], noise [0 or 1, noise numbers] → image [N, 3, height, width], in float32. */
export function wrapSynthesis(ports: NetworkPorts, shape: SynthesisShape): WrappingGraph {
  const { latent, result } = ports;
  const graph = new WrappingGraph('synthesis');
  const w = given(graph, 'w', latent.type, [BATCH, shape.layers, shape.width]);
  const feeds: Record<string, Value> = { ...ones(graph, ports), ...noises(graph, ports) };
  feeds[latent.name] =
    latent.dims.length === 2 ? graph.node('Gather', [w, first(graph)], { axis: 1 }) : w;
  const image = taken(graph, graph.call(feeds)(result.name), result.type);
  const planes = shape.isColourLast
    ? graph.node('Transpose', [image], { perm: [0, 3, 1, 2] })
    : image;
  graph.output('image', planes, 'float32', [BATCH, 'channels', 'height', 'width']);
  return graph;
}

/** How many numbers of noise a network takes, all layers together. */
export function noiseNumbers({ noise }: NetworkPorts): number {
  return noise.reduce((sum, port) => sum + sizeOf(port.dims), 0);
}

/**
 * What each layer adds: its part of the row that is given or, where none is, of a row that is the graph's own.
 */
function noises(graph: GraphBuilder, ports: NetworkPorts): Record<string, Value> {
  const count = noiseNumbers(ports);
  if (count === 0) return {};
  const own = graph.floats(gaussian(0, count), [1, count]);
  const chosen = graph.node('Concat', [own, graph.input('noise', 'float32', ['rows', count])], {
    axis: 0,
  });
  const row = graph.node('Gather', [chosen, graph.integers(-1)], { axis: 0 });
  let start = 0;
  return Object.fromEntries(
    ports.noise.map(({ name, type, dims }) => {
      const end = start + sizeOf(dims);
      const bounds = [start, end, AXIS].map((at) => graph.integers(at));
      const part = graph.node('Slice', [row, ...bounds]);
      start = end;
      const shaped = graph.node('Reshape', [part, graph.integers(...dims.map(sizeOfDim))]);
      return [name, cast(graph, shaped, type)];
    }),
  );
}

/** Truncation ψ and the like at 1, which is without truncation. */
function ones(graph: GraphBuilder, ports: NetworkPorts): Record<string, Value> {
  return Object.fromEntries(
    ports.ones.map(({ name, type, dims }) => {
      const shape = dims.map(sizeOfDim);
      return [name, cast(graph, graph.floats([1], shape), type)];
    }),
  );
}

function given(graph: GraphBuilder, name: string, type: string, dims: readonly Dim[]): Value {
  return cast(graph, graph.input(name, 'float32', dims), type);
}

/** Numbers that a model gives, in float32. */
export function taken(graph: GraphBuilder, value: Value, type: string): Value {
  return type === 'float32' ? value : graph.node('Cast', [value], { to: 1 });
}

/** float32 numbers, in the type that a model takes. */
export function cast(graph: GraphBuilder, value: Value, type: string): Value {
  const to = TYPE_CODES[type];
  return type === 'float32' || to === undefined ? value : graph.node('Cast', [value], { to });
}

/** The index of the first, without dimensions. */
function first(graph: GraphBuilder): Value {
  return graph.constant(integers([0], []));
}

function dimOf(dim: number | string | undefined): Dim {
  return dim ?? 'width';
}

/** A dimension that is left open is the batch, for which one row stands. */
function sizeOfDim(dim: number | string): number {
  return typeof dim === 'number' ? dim : 1;
}

function sizeOf(dims: readonly (number | string)[]): number {
  return dims.reduce<number>((product, dim) => product * sizeOfDim(dim), 1);
}
