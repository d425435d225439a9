/** The noise that a synthesis network adds to its layers (Karras et al. 2019, §3.2). */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { joinedConstant, type NamedTensor } from '../named-tensor.ts';
import type { SynthesisBlock, SynthesisLayer } from './description.ts';

/** The noise of one layer: `numbers` of it from `start` on are its side squared. */
interface LayerNoise {
  readonly layer: SynthesisLayer;
  readonly numbers: NamedTensor;
  readonly strength: number;
  readonly start: number;
}

/** All noise of the layers, coarse to fine; those whose strength is zero have none. */
export interface Noise {
  readonly layers: readonly LayerNoise[];
  /** How many numbers it has. */
  readonly count: number;
}

export async function readNoise(blocks: readonly SynthesisBlock[]): Promise<Noise> {
  const layers: LayerNoise[] = [];
  let count = 0;
  for (const layer of blocks.flatMap(({ convolutions }) => convolutions)) {
    if (!layer.noise) continue;
    const [strength = 0] = await layer.noise.strength.read();
    if (strength === 0) continue;
    layers.push({ layer, numbers: layer.noise.numbers, strength, start: count });
    count += layer.resolution ** 2;
  }
  return { layers, count };
}

/**
 * The input `noise` [given, count], and what each layer takes of it, [1, 1, side, side]. With one row that is
 * given it is this one, with none the network's own.
 *
 * An initializer that may be overridden would say the same, but ONNX Runtime's binding for Node ignores what it
 * is given for one.
 */
export function noiseInput(
  graph: GraphBuilder,
  { layers, count }: Noise,
): Map<SynthesisLayer, { numbers: Value; strength: number }> {
  if (count === 0) return new Map();
  const own = graph.constant(
    joinedConstant(
      layers.map(({ numbers }) => numbers),
      [1, count],
    ),
  );
  const given = graph.input('noise', 'float32', ['given', count]);
  const rows = graph.node('Concat', [given, own], { axis: 0 });
  const [zero, one] = [graph.integers(0), graph.integers(1)];
  const row = graph.node('Slice', [rows, zero, one, zero]);
  return new Map(
    layers.map(({ layer, strength, start }) => {
      const side = layer.resolution;
      const bounds = [graph.integers(start), graph.integers(start + side ** 2), one];
      const flat = graph.node('Slice', [row, ...bounds]);
      const numbers = graph.node('Reshape', [flat, graph.integers(1, 1, side, side)]);
      return [layer, { numbers, strength }];
    }),
  );
}
