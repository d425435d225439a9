import { type Graph, GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { fullyConnected, normalised } from './fully-connected.ts';
import type { Mapping } from './structure.ts';

const EPSILON = 1e-8;

/**
 * z [N, z], and of a class-conditional network `class` [N, classes] with 1 for the class and 0 for all others,
 * → w [N, w] without truncation.
 */
export function mappingGraph({ z_dim, c_dim, w_dim, embed, layers }: Mapping): Graph {
  const graph = new GraphBuilder('mapping');
  const z = graph.input('z', 'float32', ['N', z_dim]);
  let x: Value = normalised(graph, z, EPSILON);
  if (embed) {
    const oneHot = graph.input('class', 'float32', ['N', c_dim]);
    const embedded = normalised(graph, fullyConnected(graph, oneHot, embed), EPSILON);
    x = graph.node('Concat', [x, embedded], { axis: 1 });
  }
  for (const layer of layers) x = fullyConnected(graph, x, layer);
  graph.output('w', x, 'float32', ['N', w_dim]);
  return graph;
}
