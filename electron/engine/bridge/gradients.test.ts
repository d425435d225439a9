/** Each operator's derivative against central differences, computed by ONNX Runtime. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { float32Tensor } from '../inference/rows.ts';
import { gaussian } from '../latent/gaussian.ts';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { writeGraph } from '../onnx/write-graph.ts';
import { gradients } from './gradients.ts';
import { Shapes } from './shapes.ts';

const inference = startInference(undefined, afterAll);
const folder = mkdtempSync(path.join(tmpdir(), 'gradients-'));

interface Case {
  /** Sizes of the inputs that are differentiated by. */
  readonly dims: readonly (readonly number[])[];
  readonly build: (graph: GraphBuilder, inputs: readonly Value[]) => Value;
}

const unary = (operator: string, attributes = {}): Case => ({
  dims: [[3, 4]],
  build: (graph, inputs) => graph.node(operator, inputs, attributes),
});
/** Of positive numbers. */
const positive = (operator: string): Case => ({
  dims: [[3, 4]],
  build: (graph, inputs) => graph.node(operator, [graph.node('Exp', inputs)]),
});
const binary = (operator: string, a: number[], b: number[]): Case => ({
  dims: [a, b],
  build: (graph, [x = '', y = '']) =>
    graph.node(operator, [x, operator === 'Div' ? graph.node('Exp', [y]) : y]),
});

const CASES: Record<string, Case> = {
  Identity: unary('Identity'),
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Log: positive('Log'),
  Sqrt: positive('Sqrt'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Erf: unary('Erf'),
  Relu: unary('Relu'),
  LeakyRelu: unary('LeakyRelu', { alpha: { float: 0.2 } }),
  Add: binary('Add', [3, 4], [3, 4]),
  'Add, a row': binary('Add', [3, 4], [4]),
  'Add, a column': binary('Add', [3, 4], [3, 1]),
  'Add, a number': binary('Add', [], [3, 4]),
  Sub: binary('Sub', [4], [3, 4]),
  Mul: binary('Mul', [3, 4], [3, 1]),
  Div: binary('Div', [3, 4], [4]),
  MatMul: binary('MatMul', [3, 4], [4, 2]),
  Gemm: {
    dims: [[3, 4], [4, 2], [2]],
    build: (graph, inputs) => graph.node('Gemm', inputs),
  },
  'Gemm, transposed': {
    dims: [
      [3, 4],
      [2, 4],
      [3, 2],
    ],
    build: (graph, inputs) => graph.node('Gemm', inputs, { transB: 1 }),
  },
  ReduceSum: {
    dims: [[3, 4]],
    build: (graph, [x = '']) => graph.node('ReduceSum', [x, graph.integers(0)], { keepdims: 0 }),
  },
  'ReduceMean, kept': {
    dims: [[3, 4]],
    build: (graph, [x = '']) => graph.node('ReduceMean', [x, graph.integers(1)]),
  },
  'ReduceMean, all': {
    dims: [[3, 4]],
    build: (graph, [x = '']) => graph.node('ReduceMean', [x], { keepdims: 0 }),
  },
  Reshape: {
    dims: [[3, 4]],
    build: (graph, [x = '']) => graph.node('Reshape', [x, graph.integers(2, 6)]),
  },
  Transpose: { dims: [[3, 4]], build: (graph, x) => graph.node('Transpose', x) },
  'Transpose, three axes': {
    dims: [[2, 3, 4]],
    build: (graph, x) => graph.node('Transpose', x, { perm: [2, 0, 1] }),
  },
  Concat: {
    dims: [
      [3, 4],
      [3, 2],
    ],
    build: (graph, inputs) => graph.node('Concat', inputs, { axis: 1 }),
  },
  'Split, one part unused': {
    dims: [[3, 4]],
    build: (graph, [x = '']) =>
      graph.nodeWithOutputs('Split', [x, graph.integers(1, 3)], 2, { axis: 1 })[1] ?? '',
  },
  Slice: {
    dims: [[3, 4]],
    build: (graph, [x = '']) =>
      graph.node('Slice', [x, graph.integers(1), graph.integers(3), graph.integers(1)]),
  },
  Gather: {
    dims: [[3, 4]],
    build: (graph, [x = '']) => graph.node('Gather', [x, graph.integers(2, 0, 3, 1)], { axis: 1 }),
  },
  'a value used twice': {
    dims: [[3, 4]],
    build: (graph, [x = '']) => graph.node('Mul', [x, graph.node('Tanh', [x])]),
  },
};

it.each(Object.entries(CASES))('%s', async (name, { dims, build }) => {
  const file = path.join(folder, `${name.replaceAll(/\W+/g, '-')}.onnx`);
  const names = dims.map((_, i) => `x${i}`);
  await writeGraph(withGradients(names, dims, build), file);
  const point = dims.map((size, i) => gaussian(i + 1, count(size)));
  const feedsOf = (values: readonly Float32Array[]) =>
    Object.fromEntries(values.map((v, i) => [names[i], float32Tensor(v, [...dims[i]!])]));
  const lossAt = async (values: readonly Float32Array[]) =>
    (await inference.run(file, feedsOf(values)))['loss']!.data[0] as number;
  const found = await inference.run(file, feedsOf(point));
  for (const [i, size] of dims.entries()) {
    for (let at = 0; at < count(size); at++) {
      const nudged = (by: number) =>
        lossAt(point.map((v, j) => (j === i ? v.map((x, k) => (k === at ? x + by : x)) : v)));
      const step = 4e-3;
      const slope = ((await nudged(step)) - (await nudged(-step))) / (2 * step);
      expect(Math.abs((found[`d${i}`]!.data[at] as number) - slope)).toBeLessThan(3e-3);
    }
  }
});

it('a loss that does not depend on a value, or an operator without a rule, is an error', () => {
  const graph = new GraphBuilder('none');
  const [x, y] = [graph.input('x', 'float32', []), graph.input('y', 'float32', [])];
  expect(() => gradients(graph, graph.node('Exp', [x]), [y])).toThrow(/does not depend/);
  expect(() => gradients(graph, graph.node('Sin', [x]), [x])).toThrow(/Sin/);
});

/** The loss weighs each number of what is built differently. */
function withGradients(
  names: readonly string[],
  dims: readonly (readonly number[])[],
  build: Case['build'],
): GraphBuilder {
  const graph = new GraphBuilder('case');
  const inputs = names.map((name, i) => graph.input(name, 'float32', dims[i]!));
  const y = build(graph, inputs);
  const shape = [...new Shapes(graph).of(y)];
  const weights = graph.floats(gaussian(9, count(shape)), shape);
  const loss = graph.node('ReduceSum', [graph.node('Mul', [y, weights])], { keepdims: 0 });
  const found = gradients(graph, loss, inputs);
  graph.output('loss', loss, 'float32', []);
  found.forEach((value, i) => graph.output(`d${i}`, value, 'float32', dims[i]!));
  return graph;
}

function count(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
