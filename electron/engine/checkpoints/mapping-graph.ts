import { GraphBuilder } from '../onnx/graph-builder.ts';
import { fullyConnected, normalised } from './fully-connected.ts';
import type { Mapping } from './mapping.ts';

/** Keeps the division of rows by their length from one by zero. */
const EPSILON = 1e-8;

/**
 * The mapping network (Karras et al. 2019, §2), without truncation: `z` [N, z] → `w` [N, w], with classes also
 * `class` [N, classes], 1 at the class and else 0.
 */
export function mappingGraph({ zWidth, wWidth, classes, embed, layers }: Mapping): GraphBuilder {
  const graph = new GraphBuilder('mapping');
  let x = normalised(graph, graph.input('z', 'float32', ['N', zWidth]), EPSILON);
  if (embed) {
    const oneHot = graph.input('class', 'float32', ['N', classes]);
    const embedded = normalised(graph, fullyConnected(graph, oneHot, embed), EPSILON);
    x = graph.node('Concat', [x, embedded], { axis: 1 });
  }
  for (const layer of layers) x = fullyConnected(graph, x, layer);
  graph.output('w', x, 'float32', ['N', wWidth]);
  return graph;
}
