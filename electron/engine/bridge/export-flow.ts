/** A flow that has learnt, as the two graphs of a pack (docs/pack-format.md). */
import path from 'node:path';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { bytesOfNumbers } from '../onnx/tensor.ts';
import { writeGraph } from '../onnx/write-graph.ts';
import {
  conditionOf,
  coupling,
  halves,
  split,
  standardised,
  sumOver,
  unwhitened,
  whitened,
} from './flow-graph.ts';
import { type FlowDefinition, type FlowShape, type Parameter, parametersOf } from './flow-shape.ts';
import { invertUnitLower, invertUpper, product, times } from './matrices.ts';

/** What was learnt, by the names of `parametersOf`. */
export type Learnt = ReadonlyMap<string, Float32Array>;

/** y = M·x + shift, row-major, and the way back. */
interface Affine {
  readonly forth: { readonly matrix: Float64Array; readonly shift: Float64Array };
  readonly back: { readonly matrix: Float64Array; readonly shift: Float64Array };
  readonly logDet: number;
}

/**
 * Writes `decode.onnx` and `encode.onnx` into a folder. ActNorm and mixing become one matrix a step, whose inverse is
 * computed in float64.
 *
 * @returns the files that were written
 */
export async function exportFlow(
  flow: FlowDefinition,
  learnt: Learnt,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const affines: Affine[] = [];
  for (let i = 0; i < flow.shape.steps; i++) affines.push(await affineOf(flow, learnt, i));
  const write = (graph: GraphBuilder) =>
    writeGraph(graph, path.join(folder, `${graph.name}.onnx`), signal);
  return [
    ...(await write(decodeGraph(flow, learnt, affines))),
    ...(await write(encodeGraph(flow, learnt, affines))),
  ];
}

function decodeGraph(
  flow: FlowDefinition,
  learnt: Learnt,
  affines: readonly Affine[],
): GraphBuilder {
  const { shape } = flow;
  const graph = new GraphBuilder('decode');
  const op = (operator: string, ...inputs: Value[]) => graph.node(operator, inputs);
  const z = shape.kind === 'conditional' ? graph.input('z', 'float32', ['N', shape.w]) : undefined;
  const { target, parameter, condition } = conditioned(graph, flow, learnt);
  const [base, rest] = parts(graph, shape, z ?? target);
  let x = base;
  for (const [i, { back }] of [...affines.entries()].reverse()) {
    const [kept, moved] = halves(graph, shape, x);
    const by = coupling(graph, shape, parameter, `steps.${i}`, kept, condition);
    const placed = op('Mul', op('Sub', moved, by.shift), op('Exp', op('Neg', by.logScale)));
    x = affine(graph, graph.node('Concat', [kept, placed], { axis: 1 }), back);
  }
  const w = unwhitened(graph, flow.whitening, joined(graph, x, rest));
  graph.output('w', w, 'float32', ['N', shape.w]);
  return graph;
}

function encodeGraph(
  flow: FlowDefinition,
  learnt: Learnt,
  affines: readonly Affine[],
): GraphBuilder {
  const { shape } = flow;
  const graph = new GraphBuilder('encode');
  const op = (operator: string, ...inputs: Value[]) => graph.node(operator, inputs);
  const w = graph.input('w', 'float32', ['N', shape.w]);
  const [first, rest] = parts(graph, shape, whitened(graph, flow.whitening, w, shape.w));
  let x = first;
  const { parameter, condition } =
    shape.kind === 'conditional'
      ? conditioned(graph, flow, learnt)
      : { parameter: constants(graph, learnt, flow), condition: undefined };
  const scales: Value[] = [];
  for (const [i, { forth }] of affines.entries()) {
    const [kept, moved] = halves(graph, shape, affine(graph, x, forth));
    const by = coupling(graph, shape, parameter, `steps.${i}`, kept, condition);
    const placed = op('Add', op('Mul', moved, op('Exp', by.logScale)), by.shift);
    x = graph.node('Concat', [kept, placed], { axis: 1 });
    scales.push(by.logScale);
  }
  const couplings = sumOver(
    graph,
    scales.reduce((a, b) => op('Add', a, b)),
    1,
  );
  const common = affines.reduce((sum, { logDet }) => sum + logDet, 0);
  const fixed = firstLogDet(flow) + lastLogDet(flow);
  const logDet = op('Add', couplings, graph.scalar(common + fixed));
  if (shape.kind === 'bijective') {
    graph.output('e', embedding(graph, flow, x), 'float32', ['N', shape.clip]);
  } else graph.output('z', joined(graph, x, rest), 'float32', ['N', shape.w]);
  graph.output('log_det', logDet, 'float32', ['N']);
  return graph;
}

/** What couplings take of a row as wide as w, and the rest, unless they take all of it. */
function parts(graph: GraphBuilder, { w, coupled }: FlowShape, x: Value): [Value, Value?] {
  if (coupled === w) return [x];
  const [first = '', rest = ''] = split(graph, x, [coupled, w - coupled]);
  return [first, rest];
}

function joined(graph: GraphBuilder, x: Value, rest: Value | undefined): Value {
  return rest === undefined ? x : graph.node('Concat', [x, rest], { axis: 1 });
}

/** Of whitening. */
function firstLogDet({ whitening }: FlowDefinition): number {
  return -whitening.deviations.reduce((sum, deviation) => sum + Math.log(deviation), 0);
}

/** Of the way from a base to its embedding: log|det| of e = x / scale + mean, where the base is no noise. */
function lastLogDet({ shape, standardisation: { scale } }: FlowDefinition): number {
  if (shape.kind === 'conditional') return 0;
  return -scale.reduce((sum, value) => sum + Math.log(value), 0);
}

/** x / scale + mean */
function embedding(graph: GraphBuilder, { standardisation }: FlowDefinition, x: Value): Value {
  const [scale, mean] = [standardisation.scale, standardisation.mean].map((values) =>
    graph.floats(Float32Array.from(values)),
  );
  return graph.node('Add', [graph.node('Div', [x, scale ?? '']), mean ?? '']);
}

/** The inputs `e` and, of a flow with noise levels, `s`; and what couplings are told of them. */
function conditioned(graph: GraphBuilder, flow: FlowDefinition, learnt: Learnt) {
  const { shape } = flow;
  const target = standardised(graph, flow, graph.input('e', 'float32', ['N', shape.clip]));
  const s = shape.noiseLevels ? graph.input('s', 'float32', ['N', 1]) : undefined;
  const parameter = constants(graph, learnt, flow);
  return { target, parameter, condition: conditionOf(graph, shape, parameter, target, s) };
}

/** Parameters become constants where they are first asked for. */
function constants(graph: GraphBuilder, learnt: Learnt, { shape }: FlowDefinition) {
  const known = new Map<string, Parameter>(parametersOf(shape).map((one) => [one.name, one]));
  return (name: string): Value => {
    if (graph.constants.has(name)) return name;
    const values = learnt.get(name) ?? new Float32Array();
    return graph.constant(
      { type: 'float32', dims: known.get(name)?.dims ?? [], bytes: () => bytesOfNumbers(values) },
      name,
    );
  };
}

function affine(
  graph: GraphBuilder,
  x: Value,
  { matrix, shift }: { matrix: Float64Array; shift: Float64Array },
): Value {
  const n = shift.length;
  const inputs = [
    x,
    graph.floats(Float32Array.from(matrix), [n, n]),
    graph.floats(Float32Array.from(shift)),
  ];
  return graph.node('Gemm', inputs, { transB: 1 });
}

/** ActNorm and mixing of a step, P·L·(U + diag(±s))·diag(e^a)·(x + b). */
async function affineOf(flow: FlowDefinition, learnt: Learnt, step: number): Promise<Affine> {
  const n = flow.shape.coupled;
  const values = (name: string) => Float64Array.from(learnt.get(`steps.${step}.${name}`) ?? []);
  const [bias, logScale, logS] = [
    values('norm.bias'),
    values('norm.log_scale'),
    values('mix.log_s'),
  ];
  const { permutation = [], sign = [] } = flow.mixing[step] ?? {};
  const lower = values('mix.lower').map((value, i) => (i % (n + 1) === 0 ? 1 : value));
  const upper = values('mix.upper');
  logS.forEach((value, i) => (upper[i * (n + 1)] = (sign[i] ?? 1) * Math.exp(value)));
  const mixed = await product(lower, upper, n);
  const undone = await product(await invertUpper(upper, n), await invertUnitLower(lower, n), n);
  const [matrix, inverse] = [new Float64Array(n * n), new Float64Array(n * n)];
  permutation.forEach((from, to) => {
    for (let i = 0; i < n; i++) {
      const scale = Math.exp(logScale[i] ?? 0);
      matrix[to * n + i] = (mixed[from * n + i] ?? 0) * scale;
      inverse[i * n + to] = (undone[i * n + from] ?? 0) / scale;
    }
  });
  const logDet = [...logScale, ...logS].reduce((sum, value) => sum + value, 0);
  const back = { matrix: inverse, shift: bias.map((value) => -value) };
  return { forth: { matrix, shift: times(matrix, bias) }, back, logDet };
}
