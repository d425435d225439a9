/** Upscalers that somebody else exported to ONNX: small, but with convolutions that see their neighbours. */
import { GraphBuilder, type Value } from '../../electron/engine/onnx/graph-builder.ts';
import { ELEMENT_TYPES } from '../../electron/engine/onnx/tensor.ts';
import { writeGraph } from '../../electron/engine/onnx/write-graph.ts';

export interface UpscalerShape {
  factor: number;
  /** What it takes; by default any size. */
  tile?: { width: number; height: number };
  /** What white is for it; bytes are whole. */
  white?: 1 | 255;
  /** Whether it takes and gives float16. */
  isHalf?: boolean;
  /** Colours that it takes and gives. */
  colours?: number;
  /** Whether it gives the negative. */
  isNegative?: boolean;
  /** A brightness, 0 to 1, of which it makes what is no number; with Infinity of any. */
  nanAt?: number;
}

/** How far a pixel of what comes out sees, in pixels of what goes in. */
export const REACH = 3;
const KERNEL = 3;
const FLOAT32 = ELEMENT_TYPES.float32.code;

/** Writes `x` [1, colours, height, width] → `y`, `factor` times as large: three convolutions, bent a little between. Up to × 3 it is one file. */
export async function writeUpscaler(file: string, shape: UpscalerShape): Promise<void> {
  const { factor, tile, white = 1, colours = 3, isHalf = false, isNegative = false } = shape;
  const { nanAt } = shape;
  const type = isHalf ? 'float16' : 'float32';
  const graph = new GraphBuilder('upscaler');
  const size = tile ? [tile.height, tile.width] : ['h', 'w'];
  const x = graph.node('Cast', [graph.input('x', type, [1, colours, ...size])], { to: FLOAT32 });
  const unit = graph.node('Div', [x, graph.scalar(white)]);
  const soft = convolve(graph, unit, colours, 1);
  const wave = graph.node('Sub', [graph.node('Sigmoid', [soft]), graph.scalar(0.5)]);
  const bent = graph.node('Add', [soft, graph.node('Mul', [wave, graph.scalar(0.05)])]);
  const parts = convolve(graph, convolve(graph, bent, colours, 1), colours, factor ** 2);
  const larger = graph.node('DepthToSpace', [parts], { blocksize: factor, mode: 'CRD' });
  const turned = isNegative ? graph.node('Sub', [graph.scalar(1), larger]) : larger;
  const whole = white === 255 ? asBytes(graph, turned) : turned;
  const y = nanAt === undefined ? whole : graph.node('Add', [whole, nanOf(graph, x, nanAt)]);
  const given = graph.node('Cast', [y], { to: ELEMENT_TYPES[type].code });
  graph.output('y', given, type, [1, colours, 'H', 'W']);
  await writeGraph(graph, file);
}

/** Each colour for itself, `count` times over, softened: kernels of positive numbers, together 1. */
function convolve(graph: GraphBuilder, value: Value, colours: number, count: number): Value {
  const channels = colours * count;
  const kernels = Array.from({ length: channels }, (_, channel) => {
    const kernel = Array.from({ length: KERNEL ** 2 }, (_, i) => {
      return (i === 4 ? 20 : 1) * (1.5 + Math.sin(channel * 3 + i * 5));
    });
    const sum = kernel.reduce((total, weight) => total + weight, 0);
    return kernel.map((weight) => weight / sum);
  });
  const weights = graph.floats(kernels.flat(), [channels, 1, KERNEL, KERNEL]);
  return graph.node('Conv', [value, weights], { pads: [1, 1, 1, 1], group: colours });
}

function asBytes(graph: GraphBuilder, unit: Value): Value {
  const bytes = graph.node('Mul', [unit, graph.scalar(255)]);
  return graph.node('Clip', [graph.node('Round', [bytes]), graph.scalar(0), graph.scalar(255)]);
}

/** Zero, or nothing that is a number where the first pixel is so bright. */
function nanOf(graph: GraphBuilder, x: Value, at: number): Value {
  const starts = graph.integers(0, 0, 0, 0);
  const pixel = graph.node('Slice', [x, starts, graph.integers(1, 1, 1, 1)]);
  const distance = graph.node('Abs', [graph.node('Sub', [pixel, graph.scalar(at)])]);
  return graph.node('Mul', [
    graph.node('Log', [graph.node('Floor', [graph.node('Add', [distance, graph.scalar(0.999)])])]),
    graph.scalar(0),
  ]);
}
