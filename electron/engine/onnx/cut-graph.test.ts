import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeOnnxGenerator } from '../../../test/support/generators.ts';
import { startInference } from '../../../test/support/inference.ts';
import { formulaNumbers } from '../../../test/support/parity-network.ts';
import { styleGan2Network } from '../../../test/support/stylegan2-network.ts';
import { emitStyleGan2 } from '../checkpoints/stylegan2/emit-stylegan2.ts';
import type { Tensors } from '../inference/protocol.ts';
import { float32Tensor } from '../inference/rows.ts';
import { cutGraph } from './cut-graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { writeGraph } from './write-graph.ts';

const inference = startInference(undefined, afterAll);
const folder = () => mkdtempSync(path.join(tmpdir(), 'cut-graph-'));
const [LAYERS, WIDTH] = [6, 12];
const numbers = (name: string, count: number) =>
  formulaNumbers(name, count, { scale: 1.7, offset: 0 });

/** Runs both parts one after the other; the first on other later rows, which must make no difference to it. */
async function runParts(at: string, feeds: Tensors, row: number): Promise<Tensors> {
  const cut = cutGraph(readFileSync(path.join(at, 'synthesis.onnx')), 'w', row);
  const [head, tail] = ['head.onnx', 'tail.onnx'].map((name) => path.join(at, `${row}-${name}`));
  writeFileSync(head!, cut!.head);
  writeFileSync(tail!, cut!.tail);
  const w = (feeds['w']!.data as Float32Array).map((value, i) =>
    i % (LAYERS * WIDTH) < row * WIDTH ? value : -value,
  );
  const between = await inference.run(head!, {
    ...feeds,
    w: float32Tensor(w, [2, LAYERS, WIDTH]),
  });
  expect(Object.keys(between)).toEqual(cut!.between);
  return inference.run(tail!, { ...feeds, ...between });
}

describe.each(['skip', 'orig', 'resnet'] as const)('a StyleGAN2, %s', async (architecture) => {
  const at = folder();
  const network = styleGan2Network({ resolution: 16, channels: [7, 5, 3], architecture });
  const { generator } = await emitStyleGan2(network, at);
  const feeds = {
    w: float32Tensor(numbers('w', 2 * LAYERS * WIDTH), [2, LAYERS, WIDTH]),
    noise: float32Tensor(numbers('noise', generator.noiseNumbers!), [1, generator.noiseNumbers!]),
  };

  it.each([1, 2, 3, 4, 5])('draws the same in two parts, cut before layer %i', async (row) => {
    const { image } = await inference.run(path.join(at, 'synthesis.onnx'), feeds);
    const inParts = await runParts(at, feeds, row);
    expect(inParts['image']!.dims).toEqual(image!.dims);
    const worst = (image!.data as Float32Array).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - Number(inParts['image']!.data[i]))),
      0,
    );
    expect(worst).toBeLessThan(1e-5);
  });

  it.each([0, LAYERS])('is not cut before layer %i, which would leave a part empty', (row) => {
    expect(cutGraph(readFileSync(path.join(at, 'synthesis.onnx')), 'w', row)).toBeNull();
  });
});

it('does not cut a graph that takes all rows together', async () => {
  const at = folder();
  await writeOnnxGenerator(at);
  expect(cutGraph(readFileSync(path.join(at, 'draw.onnx')), 'dlatents', 2)).toBeNull();
});

it('follows an input under another name, and knows rows from other dimensions', async () => {
  const cutOf = async (axis: number) => {
    const graph = new GraphBuilder('renamed');
    const w = graph.node('Identity', [graph.input('w', 'float32', ['n', 2, 3])]);
    const row = (index: number) => graph.node('Gather', [w, graph.integers(index)], { axis });
    const early = graph.node('Neg', [row(0)]);
    graph.output('image', graph.node('Add', [early, row(1)]), 'float32', ['n', 1, 3]);
    const file = path.join(folder(), 'renamed.onnx');
    await writeGraph(graph, file);
    return cutGraph(readFileSync(file), 'w', 1);
  };
  expect((await cutOf(1))?.between).toHaveLength(1);
  expect(await cutOf(2)).toBeNull();
});
