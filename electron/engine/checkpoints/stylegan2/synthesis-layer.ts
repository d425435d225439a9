/** Layers of the synthesis network (Karras et al. 2020, §2.2 and app. B). */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { integers } from '../../onnx/tensor.ts';
import { activate, splitGain } from '../activation.ts';
import { fullyConnected } from '../fully-connected.ts';
import type { NamedTensor } from '../named-tensor.ts';
import type { SkipLayer, SynthesisLayer, ToRgbLayer } from './description.ts';
import { filtered, type Filter, reach, upsampled } from './resampling.ts';
import { spreadConvolution } from './spread-convolution.ts';

/** Keeps the demodulation from a division by zero (Karras et al. 2020, eq. 3). */
const EPSILON = 1e-8;

/** What layers are added to. */
export interface Drawing {
  readonly graph: GraphBuilder;
  /** w of all layers [N, layers, w]. */
  readonly w: Value;
}

/** What a layer needs beside its weights. */
export interface LayerParts {
  /** Of a layer that makes the side twice as long. */
  readonly filter: Filter | undefined;
  /** Numbers [1, 1, side, side] that are added to all channels, times `strength`. */
  readonly noise: { readonly numbers: Value; readonly strength: number } | undefined;
  /** What the result is multiplied by besides the layer's own gain. */
  readonly gain: number;
}

/**
 * x [N, in, h, w] → [N, out, side, side]. The styles scale what goes into one convolution that all portraits
 * share, and demodulation what comes out of it; the gain goes into what is added up before the activation.
 */
export function synthesisLayer(
  drawing: Drawing,
  x: Value,
  layer: SynthesisLayer,
  { filter, noise, gain }: LayerParts,
): Value {
  const { graph } = drawing;
  const { before, after } = splitGain(layer.activation, layer.gain * gain);
  const styles = stylesOf(drawing, layer);
  const modulated = graph.node('Mul', [x, asChannels(graph, styles)]);
  const weight = constantOf(drawing, layer.weight);
  const scale = asChannels(graph, demodulation(graph, styles, weight, before));
  const bias = scaledBias(drawing, layer, before);
  let y = filter
    ? upConvolved(graph, modulated, { weight, scale, bias, layer, filter })
    : convolved(graph, modulated, { weight, scale, bias, layer });
  if (noise) {
    const strength = graph.scalar(noise.strength * before);
    y = graph.node('Add', [y, graph.node('Mul', [noise.numbers, strength])]);
  }
  return clamped(graph, activate(graph, y, layer.activation, after), layer.clamp, gain);
}

/**
 * x [N, in, side, side] → [N, 3, side, side]. Without demodulation a layer of 1×1 is a product of matrices, in
 * which the styles scale the few weights and not the many pixels.
 */
export function toRgbLayer(drawing: Drawing, x: Value, layer: ToRgbLayer, side: number): Value {
  const { graph } = drawing;
  const [colours = 0, channels = 0] = layer.weight.shape;
  const styles = graph.node('Unsqueeze', [
    stylesOf(drawing, layer, layer.weightGain),
    graph.integers(1),
  ]);
  const weight = reshaped(graph, constantOf(drawing, layer.weight), [1, colours, channels]);
  const modulated = graph.node('Mul', [weight, styles]);
  const pixels = reshaped(graph, x, [0, 0, -1]);
  const product = graph.node('MatMul', [modulated, pixels]);
  const rgb = reshaped(graph, product, [0, 0, side, side]);
  const bias = perChannel(graph, constantOf(drawing, layer.bias));
  return clamped(graph, graph.node('Add', [rgb, bias]), layer.clamp);
}

/** x [N, in, h, w] → `gain` · [N, out, 2h, 2w], past the other layers of a block. */
export function skipLayer(
  drawing: Drawing,
  x: Value,
  { weight, weightGain }: SkipLayer,
  { filter, gain }: { filter: Filter; gain: number },
): Value {
  const { graph } = drawing;
  const factor = graph.scalar(weightGain * gain);
  const scaled = graph.node('Mul', [constantOf(drawing, weight), factor]);
  const convolved = graph.node('Conv', [x, scaled]);
  return upsampled(graph, convolved, weight.shape[0] ?? 0, filter);
}

/** A convolution with what its outputs are multiplied by, [n, out, 1, 1], and what is added to them, [out]. */
interface Convolution {
  readonly weight: Value;
  readonly scale: Value;
  readonly bias: Value;
  readonly layer: SynthesisLayer;
}

function convolved(graph: GraphBuilder, x: Value, { weight, scale, bias, layer }: Convolution) {
  const y = graph.node('Conv', [x, weight], { pads: Array(4).fill(layer.padding) });
  return graph.node('Add', [graph.node('Mul', [y, scale]), perChannel(graph, bias)]);
}

/**
 * A convolution over pixels with zeros between them, and the filter that makes one picture of them. Scaled before it is
 * filtered, the filter can add the bias.
 */
function upConvolved(
  graph: GraphBuilder,
  x: Value,
  { weight, scale, bias, layer, filter }: Convolution & { filter: Filter },
): Value {
  const [outputs = 0, , size = 0] = layer.weight.shape;
  const spread = spreadConvolution(graph, x, weight, { size, side: layer.resolution / 2 });
  const vertical = paddingOf(filter.height, size, layer.padding);
  const horizontal = paddingOf(filter.width, size, layer.padding);
  const around = {
    ...{ top: vertical.before, left: horizontal.before },
    ...{ bottom: vertical.after, right: horizontal.after },
  };
  return filtered(graph, graph.node('Mul', [spread, scale]), outputs, { filter, around, bias });
}

/** Zeros around a spread convolution of a kernel of `size` before a filter of `taps`; negative where it is cut. */
function paddingOf(taps: number, size: number, padding: number) {
  const { before, after } = reach(taps);
  // One of those before is there already.
  return { before: padding + before - (size - 1) - 1, after: padding + after - (size - 2) };
}

/** `gain` / sqrt(Σ (weight · styles)²) [N, out] (Karras et al. 2020, eq. 3). */
function demodulation(graph: GraphBuilder, styles: Value, weight: Value, gain: number): Value {
  const power = graph.node('ReduceSumSquare', [weight, graph.integers(2, 3)], { keepdims: 0 });
  const squares = graph.node('Mul', [styles, styles]);
  const sums = graph.node('MatMul', [squares, graph.node('Transpose', [power], { perm: [1, 0] })]);
  const root = graph.node('Sqrt', [graph.node('Add', [sums, graph.scalar(EPSILON)])]);
  return graph.node('Div', [graph.scalar(gain), root]);
}

/** The styles [N, in] of a layer, times `gain`. */
function stylesOf(
  { graph, w }: Drawing,
  { affine, layer }: SynthesisLayer | ToRgbLayer,
  gain = 1,
): Value {
  const index = graph.constant(integers([layer], []));
  return fullyConnected(graph, graph.node('Gather', [w, index], { axis: 1 }), affine, gain);
}

function clamped(graph: GraphBuilder, x: Value, clamp: number | undefined, gain = 1): Value {
  if (clamp === undefined || clamp < 0) return x;
  return graph.node('Clip', [x, graph.scalar(-clamp * gain), graph.scalar(clamp * gain)]);
}

/** The bias [channels] of a layer, times `gain`. */
function scaledBias(drawing: Drawing, { bias }: SynthesisLayer, gain: number): Value {
  const { graph } = drawing;
  return graph.node('Mul', [constantOf(drawing, bias), graph.scalar(gain)]);
}

/** [channels] → [1, channels, 1, 1]. */
function perChannel(graph: GraphBuilder, values: Value): Value {
  return reshaped(graph, values, [1, -1, 1, 1]);
}

function constantOf({ graph }: Drawing, tensor: NamedTensor): Value {
  return graph.constant(tensor.constant, tensor.name);
}

/** [n, channels] → [n, channels, 1, 1]. */
function asChannels(graph: GraphBuilder, values: Value): Value {
  return graph.node('Unsqueeze', [values, graph.integers(2, 3)]);
}

function reshaped(graph: GraphBuilder, x: Value, dims: readonly number[]): Value {
  return graph.node('Reshape', [x, graph.integers(...dims)]);
}
