import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Inference } from '../inference/inference.ts';
import { GraphBuilder } from './graph-builder.ts';
import { floats } from './tensor.ts';
import { dataFile, writeGraph } from './write-graph.ts';

const inference = new Inference({ device: 'cpu' });
afterAll(() => inference.close());

function folder(): string {
  return mkdtempSync(path.join(tmpdir(), 'write-graph-'));
}

test('a graph with small and large constants computes what it says', async () => {
  const file = path.join(folder(), 'sum.onnx');
  const graph = new GraphBuilder('sum');
  const x = graph.input('x', 'float32', ['batch', 400]);
  const large = graph.floats(
    Float32Array.from({ length: 400 * 3 }, (_, i) => i % 7),
    [400, 3],
  );
  const product = graph.node('MatMul', [x, large]);
  const shifted = graph.node('Add', [product, graph.floats([1, 2, 3])]);
  const leaky = graph.node('LeakyRelu', [shifted], { alpha: { float: 0.5 } });
  const parts = graph.nodeWithOutputs('Split', [leaky, graph.integers(1, 2)], 2, { axis: 1 });
  graph.output('first', parts[0]!, 'float32', ['batch', 1]);
  graph.output('rest', parts[1]!, 'float32', ['batch', 2]);

  expect(await writeGraph(graph, file)).toEqual([file, dataFile(file)]);
  expect(statSync(dataFile(file)).size).toBe(400 * 3 * 4);
  const data = Float32Array.from({ length: 800 }, (_, i) => (i < 400 ? 1 : -1));
  const { first, rest } = await inference.run(file, {
    x: { type: 'float32', dims: [2, 400], data },
  });
  const column = (c: number) => {
    let sum = 0;
    for (let row = 0; row < 400; row++) sum += (row * 3 + c) % 7;
    return sum;
  };
  const leak = (value: number) => (value < 0 ? value / 2 : value);
  expect([...first!.data]).toEqual([leak(column(0) + 1), leak(1 - column(0))]);
  expect([...rest!.data]).toEqual([
    ...[leak(column(1) + 2), leak(column(2) + 3)],
    ...[leak(2 - column(1)), leak(3 - column(2))],
  ]);
});

test('a constant that gives other numbers than its shape has is an error', async () => {
  const at = folder();
  const graph = new GraphBuilder('wrong');
  const constant = { ...floats(new Float32Array(1_000)), dims: [999] };
  graph.output('y', graph.constant(constant), 'float32', [999]);
  await expect(writeGraph(graph, path.join(at, 'wrong.onnx'))).rejects.toThrow(/4000 bytes/);
  expect(readdirSync(at)).not.toContain('wrong.onnx');
});
