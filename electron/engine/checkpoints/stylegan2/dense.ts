import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { activate, defaultGain, splitGain } from './activation.ts';
import type { DenseLayer } from './description.ts';
import type { Weights } from './weights.ts';

/**
 * A fully connected layer: x [n, in] → `gain` · layer(x) [n, out]. Its gains, by which every layer learns at the
 * same rate (Karras et al. 2018, "Progressive growing of GANs", §4.1), go into the product.
 */
export function dense(
  graph: GraphBuilder,
  weights: Weights,
  x: Value,
  { weight, bias, weightGain, biasGain, activation }: DenseLayer,
  gain = 1,
): Value {
  const { before, after } = splitGain(activation, gain * defaultGain(activation));
  const inputs = [x, graph.constant(weights.of(weight), weight.name)];
  if (bias) inputs.push(graph.constant(weights.of(bias), bias.name));
  const product = graph.node('Gemm', inputs, {
    transB: 1,
    alpha: { float: before * weightGain },
    beta: { float: before * biasGain },
  });
  return activate(graph, product, activation, after);
}
