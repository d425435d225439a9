import { type Graph, GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { integers } from '../../onnx/tensor.ts';
import { filteredLeakyRelu } from './filtered-leaky-relu.ts';
import { fourierFeatures } from './fourier-features.ts';
import { modulatedConvolution } from './modulated-convolution.ts';
import type { Synthesis } from './structure.ts';

/** `w` [N, layers, w] → `image` [N, 3, resolution, resolution], black −1 and white 1. */
export async function synthesisGraph(
  { w_dim, num_ws, img_resolution, output_scale, input, layers }: Synthesis,
  onLayer: () => void,
): Promise<Graph> {
  const graph = new GraphBuilder('synthesis');
  const wPlus = graph.input('w', 'float32', ['N', num_ws, w_dim]);
  const wOf = (layer: number): Value =>
    graph.node('Gather', [wPlus, graph.constant(integers([layer], []))], { axis: 1 });
  let x = fourierFeatures(graph, wOf(0), input);
  for (const [i, layer] of layers.entries()) {
    const convolved = await modulatedConvolution(graph, x, wOf(i + 1), layer);
    x = await filteredLeakyRelu(graph, convolved, layer);
    onLayer();
  }
  const image = graph.node('Mul', [x, graph.scalar(output_scale)]);
  const side = img_resolution;
  graph.output('image', image, 'float32', ['N', 3, side, side]);
  return graph;
}
