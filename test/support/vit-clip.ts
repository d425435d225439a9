/**
 * A CLIP with the towers of ViT-B/32 (Radford et al. 2021, table 20) in Hugging Face's ONNX layout, of random numbers:
 * what it costs to compute, and not what it means. Layers of a tower share their numbers, which keeps the files small.
 */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gaussian } from '../../electron/engine/latent/gaussian.ts';
import { GraphBuilder, type Value } from '../../electron/engine/onnx/graph-builder.ts';
import { dataFile, writeGraph } from '../../electron/engine/onnx/write-graph.ts';
import { CLIP_TOKENS, writeHfClip } from './hf-clip.ts';

const EMBEDDING = 512;
const LAYERS = 12;
const [SIDE, PATCH] = [224, 32];
const IMAGE = { width: 768, heads: 12 };
const TEXT = { width: 512, heads: 8 };

type Size = typeof IMAGE;
type Op = (
  operator: string,
  inputs: Value[],
  attributes?: Record<string, number | number[]>,
) => Value;

/** @returns its folder, made in `parent` */
export async function writeVitClip(parent: string): Promise<string> {
  const folder = await writeHfClip('clip', { parent });
  for (const graph of [textTower(), imageTower()]) {
    const file = path.join(folder, 'onnx', `${graph.name}.onnx`);
    for (const old of [file, dataFile(file)]) await rm(old, { force: true });
    await writeGraph(graph, file);
  }
  const preprocessor = { crop_size: SIDE, do_center_crop: true, size: SIDE, resample: 3 };
  await writeFile(path.join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  return folder;
}

function imageTower(): GraphBuilder {
  const graph = new GraphBuilder('vision_model');
  const op: Op = (operator, inputs, attributes) => graph.node(operator, inputs, attributes);
  const axes = ['batch_size', 'num_channels', 'height', 'width'];
  const pixels = graph.input('pixel_values', 'float32', axes);
  const filters = weights(graph, 1, [IMAGE.width, 3, PATCH, PATCH], 3 * PATCH * PATCH);
  const patches = op('Conv', [pixels, filters], { strides: [PATCH, PATCH] });
  const count = (SIDE / PATCH) ** 2;
  const flat = op('Reshape', [patches, graph.integers(0, IMAGE.width, count)]);
  const tokens = op('Transpose', [flat], { perm: [0, 2, 1] });
  const places = weights(graph, 2, [1, count, IMAGE.width], 1);
  give(
    graph,
    op,
    transformer(graph, op, op('Add', [tokens, places]), IMAGE),
    IMAGE,
    'image_embeds',
  );
  return graph;
}

function textTower(): GraphBuilder {
  const graph = new GraphBuilder('text_model');
  const op: Op = (operator, inputs, attributes) => graph.node(operator, inputs, attributes);
  const ids = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const table = weights(graph, 3, [CLIP_TOKENS.length, TEXT.width], 1);
  give(graph, op, transformer(graph, op, op('Gather', [table, ids]), TEXT), TEXT, 'text_embeds');
  return graph;
}

/** Pre-norm layers of attention and a network four times as wide. */
function transformer(graph: GraphBuilder, op: Op, tokens: Value, { width, heads }: Size): Value {
  const into = weights(graph, 4, [width, 3 * width], width);
  const out = weights(graph, 5, [width, width], width);
  const [wide, narrow] = [
    weights(graph, 6, [width, 4 * width], width),
    weights(graph, 7, [4 * width, width], 4 * width),
  ];
  const ones = graph.floats(new Float32Array(width).fill(1));
  const norm = (x: Value) => op('LayerNormalization', [x, ones], { axis: -1 });
  const split = graph.integers(0, 0, heads, width / heads);
  const scale = graph.scalar(1 / Math.sqrt(width / heads));
  let x = tokens;
  for (let layer = 0; layer < LAYERS; layer++) {
    const [q = '', k = '', v = ''] = graph.nodeWithOutputs(
      'Split',
      [op('MatMul', [norm(x), into])],
      3,
      { axis: -1, num_outputs: 3 },
    );
    const headed = (part: Value, perm: number[]) =>
      op('Transpose', [op('Reshape', [part, split])], { perm });
    const scores = op('MatMul', [headed(q, [0, 2, 1, 3]), headed(k, [0, 2, 3, 1])]);
    const shares = op('Softmax', [op('Mul', [scores, scale])], { axis: -1 });
    const mixed = op('Transpose', [op('MatMul', [shares, headed(v, [0, 2, 1, 3])])], {
      perm: [0, 2, 1, 3],
    });
    const joined = op('Reshape', [mixed, graph.integers(0, 0, width)]);
    x = op('Add', [x, op('MatMul', [joined, out])]);
    const bent = op('MatMul', [norm(x), wide]);
    x = op('Add', [x, op('MatMul', [op('Mul', [bent, op('Sigmoid', [bent])]), narrow])]);
  }
  return norm(x);
}

/** The mean of the tokens, projected. */
function give(graph: GraphBuilder, op: Op, tokens: Value, { width }: Size, name: string): void {
  const mean = op('ReduceMean', [tokens, graph.integers(1)], { keepdims: 0 });
  const embedded = op('MatMul', [mean, weights(graph, 8, [width, EMBEDDING], width)]);
  graph.output(name, embedded, 'float32', ['batch_size', EMBEDDING]);
}

function weights(graph: GraphBuilder, seed: number, dims: number[], inputs: number): Value {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const numbers = gaussian(seed, count).map((value) => value / Math.sqrt(inputs));
  return graph.floats(numbers, dims);
}
