import { GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { dense } from './dense.ts';
import type { StyleGan2 } from './description.ts';
import { Weights } from './weights.ts';

/** Keeps the division below from one by zero. */
const EPSILON = 1e-8;

/**
 * The mapping network (Karras et al. 2019, §2), without truncation: `z` [N, z] → `w` [N, w], with classes also
 * `class` [N, classes], 1 at the class and else 0.
 */
export function mappingGraph({ zWidth, wWidth, classes, mapping }: StyleGan2): GraphBuilder {
  const graph = new GraphBuilder('mapping');
  const weights = new Weights();
  let x = normalise(graph, graph.input('z', 'float32', ['N', zWidth]));
  if (mapping.embed) {
    const oneHot = graph.input('class', 'float32', ['N', classes]);
    const embedded = normalise(graph, dense(graph, weights, oneHot, mapping.embed));
    x = graph.node('Concat', [x, embedded], { axis: 1 });
  }
  for (const layer of mapping.layers) x = dense(graph, weights, x, layer);
  graph.output('w', x, 'float32', ['N', wWidth]);
  return graph;
}

/** Rows divided by the root of the mean of their squares. */
function normalise(graph: GraphBuilder, x: Value): Value {
  const squares = graph.node('Mul', [x, x]);
  const mean = graph.node('ReduceMean', [squares, graph.integers(1)], { keepdims: 1 });
  const root = graph.node('Sqrt', [graph.node('Add', [mean, graph.scalar(EPSILON)])]);
  return graph.node('Div', [x, root]);
}
