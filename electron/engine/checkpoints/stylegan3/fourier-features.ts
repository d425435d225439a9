/** What StyleGAN3 begins with: waves in the plane that w turns and moves (Karras et al. 2021, section 3.1 and appendix F). */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { fullyConnected } from '../fully-connected.ts';
import type { SynthesisInput } from './structure.ts';

/** w [N, w] → feature maps [N, channels, rows, columns]. */
export function fourierFeatures(graph: GraphBuilder, w: Value, input: SynthesisInput): Value {
  const { channels, size } = input;
  const frequencies = graph.constant(input.frequencies.constant);
  const { turn, shift } = planeTransform(graph, w, input);
  const turned = graph.node('MatMul', [frequencies, turn]);
  const moved = graph.node('Add', [
    graph.node('MatMul', [frequencies, shift]),
    graph.constant({ ...input.phases.constant, dims: [channels, 1] }),
  ]);
  const grid = graph.floats(gridOf(input), [2, size[0] * size[1]]);
  const angle = graph.node('Add', [graph.node('MatMul', [turned, grid]), moved]);
  const wave = graph.node('Sin', [graph.node('Mul', [angle, graph.scalar(2 * Math.PI)])]);
  const waves = graph.node('Mul', [wave, amplitudes(graph, turned, input)]);
  const mixed = graph.node('MatMul', [graph.constant(input.weight.constant), waves]);
  return graph.node('Reshape', [mixed, graph.integers(-1, channels, size[1], size[0])]);
}

/**
 * Where w moves the plane: `turn` [N, 2, 2] and `shift` [N, 2, 1] of R · (−t) · transform, with the rotation R
 * by the first two numbers of affine(w) and the translation t by the others, all divided by the length of the first
 * two.
 */
function planeTransform(
  graph: GraphBuilder,
  w: Value,
  { affine, transform }: SynthesisInput,
): { turn: Value; shift: Value } {
  const numbers = fullyConnected(graph, w, affine);
  const length = graph.node('ReduceL2', [columns(graph, numbers, 1, 0, 2), graph.integers(1)]);
  const [cosSin, translation] = graph.nodeWithOutputs(
    'Split',
    [graph.node('Div', [numbers, length]), graph.integers(2, 2)],
    2,
    { axis: 1 },
  ) as [Value, Value];
  // (cos, sin) → (cos, −sin, sin, cos)
  const spread = graph.floats([1, 0, 0, 1, 0, -1, 1, 0], [2, 4]);
  const rotation = graph.node('Reshape', [
    graph.node('MatMul', [cosSin, spread]),
    graph.integers(-1, 2, 2),
  ]);
  const back = graph.node('Neg', [graph.node('Reshape', [translation, graph.integers(-1, 2, 1)])]);
  const motion = graph.node('Concat', [rotation, graph.node('MatMul', [rotation, back])], {
    axis: 2,
  });
  const whole = graph.node('MatMul', [motion, graph.constant(transform.constant)]);
  return { turn: columns(graph, whole, 2, 0, 2), shift: columns(graph, whole, 2, 2, 3) };
}

function columns(graph: GraphBuilder, x: Value, axis: number, start: number, end: number): Value {
  return graph.node('Slice', [x, graph.integers(start), graph.integers(end), graph.integers(axis)]);
}

/**
 * Waves beyond the bandwidth fade out towards half the sampling rate: [N, channels, 1] from frequencies
 * [N, channels, 2], divided by √channels for the mixture that follows.
 */
function amplitudes(
  graph: GraphBuilder,
  frequencies: Value,
  { channels, bandwidth, sampling_rate }: SynthesisInput,
): Value {
  const fade = sampling_rate / 2 - bandwidth;
  const radius = graph.node('ReduceL2', [frequencies, graph.integers(2)]);
  const beyond = graph.node('Sub', [radius, graph.scalar(bandwidth)]);
  const kept = graph.node('Sub', [
    graph.scalar(1),
    graph.node('Div', [beyond, graph.scalar(fade)]),
  ]);
  const clipped = graph.node('Clip', [kept, graph.scalar(0), graph.scalar(1)]);
  return graph.node('Div', [clipped, graph.scalar(Math.sqrt(channels))]);
}

/** Where the samples lie in the plane, around its middle, a unit being one period of frequency 1: [2, rows · columns]. */
function gridOf({ size: [width, height], sampling_rate }: SynthesisInput): Float32Array {
  const count = width * height;
  return Float32Array.from({ length: 2 * count }, (_, i) => {
    const [at, side] = i < count ? [i % width, width] : [Math.floor((i - count) / width), height];
    return (at + 0.5 - side / 2) / sampling_rate;
  });
}
