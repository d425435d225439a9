import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { activate, type Activation, ACTIVATIONS, defaultGain, splitGain } from './activation.ts';
import type { ModuleReader } from './module-reader.ts';
import type { NamedTensor } from './named-tensor.ts';

/** y = activation(weightGain · W x + biasGain · b), with W [out, in], times the activation's own gain. */
export interface FullyConnected {
  readonly weight: NamedTensor;
  readonly bias: NamedTensor | undefined;
  readonly weightGain: number;
  readonly biasGain: number;
  readonly activation: Activation;
}

/** @param outputs null where any number fits */
export function readFullyConnected(
  module: ModuleReader,
  inputs: number,
  outputs: number | null = null,
): FullyConnected {
  const weight = module.tensor('weight', [outputs, inputs]);
  const [width = 0] = weight.shape;
  return {
    weight,
    bias: module.hasTensor('bias') ? module.tensor('bias', [width]) : undefined,
    weightGain: module.number('weight_gain'),
    biasGain: module.number('bias_gain'),
    activation: module.oneOf('activation', ACTIVATIONS),
  };
}

/** How many numbers a layer gives. */
export function widthOf({ weight: { shape } }: FullyConnected): number {
  return shape[0] ?? 0;
}

/**
 * x [N, in] → `gain` · layer(x) [N, out]. The gains, by which every layer learns at the same rate (Karras et al.
 * 2018, "Progressive growing of GANs", §4.1), go into the product.
 */
export function fullyConnected(
  graph: GraphBuilder,
  x: Value,
  { weight, bias, weightGain, biasGain, activation }: FullyConnected,
  gain = 1,
): Value {
  const { before, after } = splitGain(activation, gain * defaultGain(activation));
  const inputs = [x, graph.constant(weight.constant, weight.name)];
  if (bias) inputs.push(graph.constant(bias.constant, bias.name));
  const product = graph.node('Gemm', inputs, {
    transB: 1,
    alpha: { float: before * weightGain },
    beta: { float: before * biasGain },
  });
  return activate(graph, product, activation, after);
}

/** x [N, width] divided by the root of the mean square of each row, or a little more: `epsilon` is added to that. */
export function normalised(graph: GraphBuilder, x: Value, epsilon: number): Value {
  const squares = graph.node('Mul', [x, x]);
  const mean = graph.node('ReduceMean', [squares, graph.integers(1)], { keepdims: 1 });
  const safe = epsilon > 0 ? graph.node('Add', [mean, graph.scalar(epsilon)]) : mean;
  return graph.node('Div', [x, graph.node('Sqrt', [safe])]);
}
