/** Convolution whose weights w scales (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN", section 2.2). */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { fullyConnected, normalised } from '../fully-connected.ts';
import type { SynthesisLayer } from './structure.ts';

const EPSILON = 1e-8;

/**
 * x [N, in, rows, columns], w [N, w] → [N, out, rows + kernel − 1, columns + kernel − 1], bias added.
 *
 * The channels that go in are scaled rather than the weights, and those that come out divided by the norm that the
 * scaled weights have, so that one convolution serves all rows.
 */
export async function modulatedConvolution(
  graph: GraphBuilder,
  x: Value,
  w: Value,
  layer: SynthesisLayer,
): Promise<Value> {
  const affine = fullyConnected(graph, w, layer.affine);
  const gain = await inputGain(layer);
  const bias = graph.constant(layer.bias.constant);
  if (layer.is_torgb) {
    const fanIn = layer.in_channels * layer.conv_kernel ** 2;
    const style = graph.node('Mul', [affine, graph.scalar(gain / Math.sqrt(fanIn))]);
    return convolved(graph, scaledChannels(graph, x, style), layer, [bias]);
  }
  const style = normalised(graph, affine, 0);
  const y = convolved(graph, scaledChannels(graph, x, style), layer, []);
  const scaled = scaledChannels(graph, y, await demodulation(graph, style, layer, gain));
  const biasOfChannels = { ...layer.bias.constant, dims: [layer.out_channels, 1, 1] };
  return graph.node('Add', [scaled, graph.constant(biasOfChannels)]);
}

/** Brings what goes in to a mean square of 1, as it was on average in training. */
async function inputGain({ magnitude }: SynthesisLayer): Promise<number> {
  const [meanSquare = 1] = await magnitude.read();
  return 1 / Math.sqrt(meanSquare);
}

function convolved(
  graph: GraphBuilder,
  x: Value,
  { conv_kernel, weight }: SynthesisLayer,
  bias: readonly Value[],
): Value {
  const margin = conv_kernel - 1;
  return graph.node('Conv', [x, graph.constant(weight.constant), ...bias], {
    kernel_shape: [conv_kernel, conv_kernel],
    pads: [margin, margin, margin, margin],
  });
}

/** x [N, channels, rows, columns] times scale [N, channels]. */
function scaledChannels(graph: GraphBuilder, x: Value, scale: Value): Value {
  const axes = graph.integers(2, 3);
  return graph.node('Mul', [x, graph.node('Unsqueeze', [scale, axes])]);
}

/**
 * What to multiply channels with that come out: gain / √(Σ style² · ‖weight‖² + ε), [N, out]. The official code
 * divides weights by their own root mean square first; here that moves into ε.
 */
async function demodulation(
  graph: GraphBuilder,
  style: Value,
  layer: SynthesisLayer,
  gain: number,
): Promise<Value> {
  const { in_channels, out_channels } = layer;
  const { energies, epsilons } = await weightEnergies(layer);
  const square = graph.node('Mul', [style, style]);
  const energy = graph.node('MatMul', [
    square,
    graph.floats(energies, [in_channels, out_channels]),
  ]);
  const norm = graph.node('Sqrt', [graph.node('Add', [energy, graph.floats(epsilons)])]);
  return graph.node('Div', [graph.scalar(gain), norm]);
}

/** Sums of squares of the weights between two channels [in, out], and ε for each channel that comes out. */
async function weightEnergies({
  weight,
  in_channels,
  out_channels,
  conv_kernel,
}: SynthesisLayer): Promise<{ energies: Float32Array; epsilons: Float32Array }> {
  const numbers = await weight.read();
  const area = conv_kernel ** 2;
  const energies = new Float32Array(in_channels * out_channels);
  const epsilons = new Float32Array(out_channels);
  for (let out = 0; out < out_channels; out++) {
    let total = 0;
    for (let channel = 0; channel < in_channels; channel++) {
      const start = (out * in_channels + channel) * area;
      let energy = 0;
      for (let i = start; i < start + area; i++) energy += (numbers[i] ?? 0) ** 2;
      energies[channel * out_channels + out] = energy;
      total += energy;
    }
    epsilons[out] = (EPSILON * total) / (in_channels * area);
  }
  return { energies, epsilons };
}
