/** Layers of the synthesis network (Karras et al. 2020, §2.2 and app. B). */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { integers } from '../../onnx/tensor.ts';
import { activate, splitGain } from '../activation.ts';
import { fullyConnected } from '../fully-connected.ts';
import type { NamedTensor } from '../named-tensor.ts';
import type { SkipLayer, SynthesisLayer, ToRgbLayer } from './description.ts';
import { filtered, type Filter, reach, upsampled } from './resampling.ts';

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
  const convolved = filter
    ? upConvolved(graph, modulated, weight, { layer, filter })
    : graph.node('Conv', [modulated, weight], { pads: Array(4).fill(layer.padding) });
  const scale = demodulation(graph, styles, weight, before);
  let y = graph.node('Mul', [convolved, asChannels(graph, scale)]);
  if (noise) {
    const strength = graph.scalar(noise.strength * before);
    y = graph.node('Add', [y, graph.node('Mul', [noise.numbers, strength])]);
  }
  y = graph.node('Add', [y, biasOf(drawing, layer, before)]);
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
  return clamped(graph, graph.node('Add', [rgb, biasOf(drawing, layer, 1)]), layer.clamp);
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

/** A convolution over pixels with zeros between them, and the filter that makes one picture of them. */
function upConvolved(
  graph: GraphBuilder,
  x: Value,
  weight: Value,
  { layer, filter }: { layer: SynthesisLayer; filter: Filter },
): Value {
  const [outputs = 0, , size = 0] = layer.weight.shape;
  const vertical = paddingOf(filter.height, size, layer.padding);
  const horizontal = paddingOf(filter.width, size, layer.padding);
  const sides = [vertical.before, horizontal.before, vertical.after, horizontal.after];
  const spread = graph.node(
    'ConvTranspose',
    [x, graph.node('Transpose', [weight], { perm: [1, 0, 2, 3] })],
    { strides: [2, 2], pads: sides.map((pad) => Math.max(0, -pad)) },
  );
  const [top = 0, left = 0, bottom = 0, right = 0] = sides.map((pad) => Math.max(0, pad));
  return filtered(graph, spread, outputs, filter, { top, left, bottom, right });
}

/** Zeros around a spread convolution of a kernel of `size` before a filter of `taps`; negative where it is cut. */
function paddingOf(taps: number, size: number, padding: number) {
  const { before, after } = reach(taps);
  return { before: padding + before - (size - 1), after: padding + after - (size - 2) };
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

/** The bias as [1, channels, 1, 1], times `gain`. */
function biasOf(drawing: Drawing, { bias }: SynthesisLayer | ToRgbLayer, gain: number): Value {
  const { graph } = drawing;
  const scaled = graph.node('Mul', [constantOf(drawing, bias), graph.scalar(gain)]);
  return reshaped(graph, scaled, [1, -1, 1, 1]);
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
