import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { storedConstant } from './stored-constant.ts';
import type { FullyConnected } from './structure.ts';

/** Slope of the leaky ReLU left of zero, and the gain that keeps the variance. */
export const LEAKY = { slope: 0.2, gain: Math.SQRT2 };

/** x [N, in] → act(gain · x · weightᵀ + gain' · bias) [N, out]. */
export function fullyConnected(graph: GraphBuilder, x: Value, layer: FullyConnected): Value {
  const isLeaky = layer.activation === 'lrelu';
  // A leaky ReLU of a multiple is the multiple of a leaky ReLU: its gain goes into the weights'.
  const gain = isLeaky ? LEAKY.gain : 1;
  const sum = graph.node(
    'Gemm',
    [x, graph.constant(storedConstant(layer.weight)), graph.constant(storedConstant(layer.bias))],
    {
      transB: 1,
      alpha: { float: layer.weight_gain * gain },
      beta: { float: layer.bias_gain * gain },
    },
  );
  return isLeaky ? graph.node('LeakyRelu', [sum], { alpha: { float: LEAKY.slope } }) : sum;
}

/** x [N, width] divided by the root mean square of each row. */
export function normalised(graph: GraphBuilder, x: Value, epsilon: number): Value {
  const square = graph.node('Mul', [x, x]);
  const mean = graph.node('ReduceMean', [square, graph.integers(1)], { keepdims: 1 });
  const safe = graph.node('Add', [mean, graph.scalar(epsilon)]);
  return graph.node('Div', [x, graph.node('Sqrt', [safe])]);
}
