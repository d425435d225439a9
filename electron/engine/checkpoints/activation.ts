import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';

export const ACTIVATIONS = [
  ...(['linear', 'relu', 'lrelu', 'tanh', 'sigmoid'] as const),
  ...(['elu', 'selu', 'softplus', 'swish'] as const),
] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** Slope of the leaky ReLU below zero, and the gain that keeps the variance (Karras et al. 2019, app. C). */
export const LEAKY = { slope: 0.2, gain: Math.SQRT2 };

/** Those with a(g x) = g a(x) for g > 0: a gain may be taken into what goes in. */
const HOMOGENEOUS: ReadonlySet<Activation> = new Set(['linear', 'relu', 'lrelu']);

/** What keeps the variance of normal numbers, as layers multiply by unless they say otherwise. */
export function defaultGain(activation: Activation): number {
  return ['relu', 'lrelu', 'swish'].includes(activation) ? Math.SQRT2 : 1;
}

/** A gain in two: what may go into the numbers before the activation, and what is left for after it. */
export function splitGain(activation: Activation, gain: number): { before: number; after: number } {
  const isBefore = HOMOGENEOUS.has(activation) && gain > 0;
  return isBefore ? { before: gain, after: 1 } : { before: 1, after: gain };
}

/** `gain` · activation(x). */
export function activate(graph: GraphBuilder, x: Value, activation: Activation, gain = 1): Value {
  const y = activated(graph, x, activation);
  return gain === 1 ? y : graph.node('Mul', [y, graph.scalar(gain)]);
}

function activated(graph: GraphBuilder, x: Value, activation: Activation): Value {
  if (activation === 'linear') return x;
  if (activation === 'swish') return graph.node('Mul', [x, graph.node('Sigmoid', [x])]);
  const attributes = activation === 'lrelu' ? { alpha: { float: LEAKY.slope } } : {};
  return graph.node(OPERATORS[activation], [x], attributes);
}

const OPERATORS = {
  ...{ relu: 'Relu', lrelu: 'LeakyRelu', tanh: 'Tanh', sigmoid: 'Sigmoid' },
  ...{ elu: 'Elu', selu: 'Selu', softplus: 'Softplus' },
} as const;
