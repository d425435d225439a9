import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startInference } from '../../../../test/support/inference.ts';
import { formulaNumbers } from '../../../../test/support/parity-network.ts';
import { float32Tensor } from '../../inference/rows.ts';
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import { writeGraph } from '../../onnx/write-graph.ts';
import { spreadConvolution } from './spread-convolution.ts';

const inference = startInference(undefined, afterAll);
const [INPUTS, OUTPUTS] = [3, 2];
const numbers = (name: string, count: number) =>
  formulaNumbers(name, count, { scale: 1, offset: 0 });

it.each([
  { size: 3, side: 4 },
  { size: 5, side: 3 },
])('is ConvTranspose behind a row and a column of zeros: %o', async ({ size, side }) => {
  const graph = new GraphBuilder('spread');
  const x = graph.input('x', 'float32', ['n', INPUTS, side, side]);
  const weights = numbers('weights', OUTPUTS * INPUTS * size ** 2);
  const weight = graph.floats(weights, [OUTPUTS, INPUTS, size, size]);
  const turned = graph.node('Transpose', [weight], { perm: [1, 0, 2, 3] });
  const transposed = graph.node('ConvTranspose', [x, turned], { strides: [2, 2] });
  const behindZeros = graph.node('Pad', [transposed, graph.integers(0, 0, 1, 1, 0, 0, 0, 0)]);
  const reached = 2 * side + size - 1;
  const dims = ['n', OUTPUTS, reached, reached];
  graph.output('expected', behindZeros, 'float32', dims);
  const spread = spreadConvolution(graph, x, weight, { size, side });
  graph.output('spread', spread, 'float32', dims);
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'spread-')), 'spread.onnx');
  await writeGraph(graph, file);
  const pictures = numbers('pictures', 2 * INPUTS * side ** 2);
  const outputs = await inference.run(file, {
    x: float32Tensor(pictures, [2, INPUTS, side, side]),
  });
  expect(outputs['spread']!.dims).toEqual([2, OUTPUTS, reached, reached]);
  const expected = outputs['expected']!.data as Float32Array;
  const worst = expected.reduce((most, value, i) => {
    return Math.max(most, Math.abs(value - Number(outputs['spread']!.data[i])));
  }, 0);
  expect(worst).toBeLessThan(1e-5);
});
