/** Generators that somebody else exported to ONNX, small and with everything of their own. */
import path from 'node:path';
import { GraphBuilder, type Value } from '../../electron/engine/onnx/graph-builder.ts';
import { integers } from '../../electron/engine/onnx/tensor.ts';
import { writeGraph } from '../../electron/engine/onnx/write-graph.ts';

const [Z, W, LAYERS, CLASSES, SIDE] = [8, 6, 4, 3, 4];

/**
 * A mapping network (`latent` [N, 8], `psi`, `c` [N, 3] → `styles` [N, 4, 6]) and a synthesis network (`dlatents`,
 * `noise_0`, `noise_1` [1, 1, 4, 4] → `picture` [N, 4, 4, 3], 0 to 255) in a folder.
 */
export async function writeOnnxGenerator(folder: string): Promise<void> {
  await writeGraph(mapping(), path.join(folder, 'map.onnx'));
  await writeGraph(synthesis(), path.join(folder, 'draw.onnx'));
}

function mapping(): GraphBuilder {
  const graph = new GraphBuilder('map');
  const z = graph.input('latent', 'float32', ['n', Z]);
  const psi = graph.input('psi', 'float32', []);
  const label = graph.input('c', 'float32', ['n', CLASSES]);
  const both = graph.node('Concat', [z, label], { axis: 1 });
  const w = graph.node('Mul', [graph.node('MatMul', [both, weights(graph, Z + CLASSES, W)]), psi]);
  const one = graph.node('Unsqueeze', [w, graph.integers(1)]);
  const shape = graph.integers(1, LAYERS, 1);
  graph.output('styles', graph.node('Tile', [one, shape]), 'float32', ['n', LAYERS, W]);
  return graph;
}

function synthesis(): GraphBuilder {
  const graph = new GraphBuilder('draw');
  const w = graph.input('dlatents', 'float32', ['n', LAYERS, W]);
  const noise = [0, 1].map((i) => graph.input(`noise_${i}`, 'float32', [1, 1, SIDE, SIDE]));
  const flat = graph.node('Reshape', [w, graph.integers(-1, LAYERS * W)]);
  const drawn = graph.node('MatMul', [flat, weights(graph, LAYERS * W, SIDE * SIDE * 3)]);
  const square = graph.node('Reshape', [drawn, graph.integers(-1, SIDE, SIDE, 3)]);
  const seen = noise.reduce((sum, each) => graph.node('Add', [sum, lastAxis(graph, each)]), square);
  const bright = graph.node('Mul', [graph.node('Sigmoid', [seen]), graph.scalar(255)]);
  graph.output('picture', bright, 'float32', ['n', SIDE, SIDE, 3]);
  return graph;
}

function lastAxis(graph: GraphBuilder, noise: Value): Value {
  return graph.node('Reshape', [noise, graph.constant(integers([1, SIDE, SIDE, 1]))]);
}

function weights(graph: GraphBuilder, rows: number, columns: number): Value {
  const numbers = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 12.9898));
  return graph.floats(numbers, [rows, columns]);
}
