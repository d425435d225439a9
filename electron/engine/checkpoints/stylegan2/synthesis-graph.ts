import { GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import type { Architecture, StyleGan2, SynthesisBlock, SynthesisLayer } from './description.ts';
import { noiseInput, readNoise } from './noise.ts';
import { readFilter, upsampled } from './resampling.ts';
import { type Drawing, skipLayer, synthesisLayer, toRgbLayer } from './synthesis-layer.ts';

const COLOURS = 3;

export interface SynthesisGraph {
  readonly graph: GraphBuilder;
  /** Numbers of its input `noise`; 0 where it has none. */
  readonly noiseNumbers: number;
}

interface Synthesis extends Drawing {
  readonly architecture: Architecture;
  readonly noise: ReadonlyMap<SynthesisLayer, { numbers: Value; strength: number }>;
}

/** What goes from one block to the next. */
interface Stage {
  readonly x: Value | undefined;
  readonly image: Value | undefined;
}

/**
 * The synthesis network up to pictures of side `resolution`: `w` [N, layers, w] and, of a network with noise,
 * `noise` (see noise.ts) → `image` [N, 3, resolution, resolution]. The architecture `skip` has a picture at each
 * resolution, the others at the last.
 *
 * @throws StudioError `checkpoint-invalid` for filters and strengths of noise that are not finite
 */
export async function synthesisGraph(
  network: StyleGan2,
  { name, resolution }: { name: string; resolution: number },
): Promise<SynthesisGraph> {
  const graph = new GraphBuilder(name);
  const w = graph.input('w', 'float32', ['N', network.layers, network.mapping.wWidth]);
  const blocks = network.blocks.filter((block) => block.resolution <= resolution);
  const noise = await readNoise(blocks);
  const { architecture } = network;
  const synthesis = { graph, w, architecture, noise: noiseInput(graph, noise) };
  let stage: Stage = { x: undefined, image: undefined };
  for (const block of blocks) stage = await addBlock(synthesis, stage, block);
  graph.output('image', stage.image ?? '', 'float32', ['N', COLOURS, resolution, resolution]);
  return { graph, noiseNumbers: noise.count };
}

async function addBlock(
  synthesis: Synthesis,
  before: Stage,
  block: SynthesisBlock,
): Promise<Stage> {
  const x = await convolved(synthesis, before.x ?? startOf(synthesis, block), block);
  const image = before.image && (await enlarged(synthesis, before.image, block));
  if (!block.toRgb) return { x, image };
  const rgb = toRgbLayer(synthesis, x, block.toRgb, block.resolution);
  return { x, image: image ? synthesis.graph.node('Add', [image, rgb]) : rgb };
}

function startOf({ graph }: Synthesis, { start, resolution }: SynthesisBlock): Value {
  if (!start) throw new Error(`The block of ${resolution} pixels has nothing to begin with.`);
  const constant = graph.constant(start.constant, start.name);
  return graph.node('Unsqueeze', [constant, graph.integers(0)]);
}

/** The convolutions of a block; of a residual one both ways, each with half of the variance. */
async function convolved(synthesis: Synthesis, x: Value, block: SynthesisBlock): Promise<Value> {
  const { skip, convolutions } = block;
  let y = x;
  for (const [i, layer] of convolutions.entries()) {
    y = synthesisLayer(synthesis, y, layer, {
      filter: layer.filter && (await readFilter(layer.filter)),
      noise: synthesis.noise.get(layer),
      gain: skip && i === convolutions.length - 1 ? Math.SQRT1_2 : 1,
    });
  }
  if (!skip) return y;
  const filter = await readFilter(skip.filter);
  const around = skipLayer(synthesis, x, skip, { filter, gain: Math.SQRT1_2 });
  return synthesis.graph.node('Add', [around, y]);
}

async function enlarged({ graph }: Synthesis, image: Value, block: SynthesisBlock): Promise<Value> {
  return upsampled(graph, image, COLOURS, await readFilter(block.filter));
}
