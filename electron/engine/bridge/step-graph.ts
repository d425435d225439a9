/**
 * The graphs that teach a flow. Their inputs of names `p.NAME`, `m.NAME` and `v.NAME` are the state: parameters,
 * and the decaying sums of gradients and of their squares that AdamW divides by one another.
 */
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { gradients } from './gradients.ts';
import { type Base, FlowGraph, type FlowRows, sumOver, mask } from './flow-graph.ts';
import { type FlowDefinition, type Parameter, parametersOf } from './flow-shape.ts';

/** AdamW (Loshchilov & Hutter, "Decoupled weight decay regularization", 2019, algorithm 2). */
export const ADAM = { betas: [0.9, 0.98], epsilon: 1e-8, decay: 1e-4 } as const;
/** Of the learning rate, for the matrices, whose many numbers move together. */
const MIXING_SHARE = 0.1;
/** Gradients longer than this are cut to it. */
const MOST_NORM = 1;
/**
 * How far a bijective flow may miss the embedding, in deviations: what its likelihood is measured in. A flow that
 * had to meet it exactly would gain without bound by shrinking.
 */
const BIJECTIVE_DEVIATION = 0.5;
/**
 * Of a number that leaves ActNorm, in deviations of the whitened w: what hardly varies in the first rows, for they are
 * fewer than its numbers, is not blown up. It would leave float32 nothing to undo it with.
 */
const LEAST_DEVIATION = 0.1;

export const STATE_PARTS = ['p', 'm', 'v'] as const;

/** The tensors of a state in the order in which files hold them. */
export function stateTensors(parameters: readonly Parameter[]): Parameter[] {
  return STATE_PARTS.flatMap((part) =>
    parameters.map(({ name, dims }) => ({ name: `${part}.${name}`, dims })),
  );
}

/**
 * The numbers that change with each step; see `stepGraph`. AdamW's means are the decaying sums times 1 − β: these
 * factors and those that correct a young mean stand here, so that no pass over all parameters is spent on them.
 */
export function stepScalars(rate: number, step: number): Record<string, number> {
  const [forgetting, squares] = ADAM.betas;
  const toMean = (1 - forgetting) / (1 - forgetting ** step);
  const toRoot = Math.sqrt((1 - squares) / (1 - squares ** step));
  return {
    step_size: (rate * toMean) / toRoot,
    floor: ADAM.epsilon / toRoot,
    shrink: rate * ADAM.decay,
  };
}

/**
 * One step: gives the next state as `next.…`, with `loss` and `gradient_norm` (before it is cut), in nats for
 * each coupled number. Beside rows it takes the numbers of `stepScalars`.
 */
export function stepGraph(flow: FlowDefinition, batch: number): GraphBuilder {
  const graph = new GraphBuilder('step');
  const parameters = parametersOf(flow.shape);
  for (const { name, dims } of stateTensors(parameters)) graph.input(name, 'float32', dims);
  const loss = lossOf(graph, flow, batch);
  const names = parameters.map(({ name }) => name);
  const slopes = withinTriangles(
    graph,
    flow.shape.coupled,
    names,
    gradients(
      graph,
      loss,
      names.map((name) => `p.${name}`),
    ),
  );
  const norm = normOf(graph, slopes);
  for (const name of ['step_size', 'floor', 'shrink']) graph.input(name, 'float32', []);
  const cut = cutTo(graph, norm);
  for (const [i, parameter] of parameters.entries()) adamW(graph, parameter, slopes[i] ?? '', cut);
  graph.output('loss', loss, 'float32', []);
  graph.output('gradient_norm', norm, 'float32', []);
  return graph;
}

/** The loss of rows that are held out. */
export function lossGraph(flow: FlowDefinition, batch: number): GraphBuilder {
  const graph = new GraphBuilder('loss');
  for (const { name, dims } of parametersOf(flow.shape)) graph.input(`p.${name}`, 'float32', dims);
  graph.output('loss', lossOf(graph, flow, batch), 'float32', []);
  return graph;
}

/** Sets each ActNorm so that the first batch leaves it with mean 0 and deviation 1 (Glow, §3.1). */
export function normGraph(flow: FlowDefinition, batch: number): GraphBuilder {
  const graph = new GraphBuilder('norm');
  const parameters = parametersOf(flow.shape).filter(({ name }) => !name.includes('.norm.'));
  for (const { name, dims } of parameters) graph.input(`p.${name}`, 'float32', dims);
  const op = (operator: string, ...inputs: Value[]) => graph.node(operator, inputs);
  const mean = (x: Value) => graph.node('ReduceMean', [x, graph.integers(0)], { keepdims: 0 });
  const rows = rowsOf(graph, flow, batch);
  new FlowGraph(graph, flow, (name) => `p.${name}`).encode(rows, (step, x) => {
    const bias = op('Neg', mean(x));
    const centred = op('Add', x, bias);
    const deviation = op('Sqrt', mean(op('Mul', centred, centred)));
    const logScale = op('Neg', op('Log', op('Max', deviation, graph.scalar(LEAST_DEVIATION))));
    graph.output(`next.p.${step}.norm.bias`, bias, 'float32', [flow.shape.coupled]);
    graph.output(`next.p.${step}.norm.log_scale`, logScale, 'float32', [flow.shape.coupled]);
    return { bias, logScale };
  });
  return graph;
}

function rowsOf(graph: GraphBuilder, { shape }: FlowDefinition, batch: number): FlowRows {
  const w = graph.input('w', 'float32', [batch, shape.w]);
  const e = graph.input('e', 'float32', [batch, shape.clip]);
  if (!shape.noiseLevels) return { w, e };
  const s = graph.input('s', 'float32', [batch, 1]);
  return { w, e, s, noise: graph.input('noise', 'float32', [batch, shape.clip]) };
}

/** Negative log-likelihood of the coupled part of w in nats for each number of it, the mean over the batch. */
function lossOf(graph: GraphBuilder, flow: FlowDefinition, batch: number): Value {
  const base = new FlowGraph(graph, flow, (name) => `p.${name}`).encode(rowsOf(graph, flow, batch));
  const { coupled, kind } = flow.shape;
  const deviation = kind === 'bijective' ? BIJECTIVE_DEVIATION : 1;
  const miss = missOf(graph, base, kind === 'bijective');
  const squares = sumOver(graph, graph.node('Mul', [miss, miss]), 1);
  const half = graph.node('Mul', [squares, graph.scalar(0.5 / deviation ** 2)]);
  const byRow = graph.node('ReduceMean', [graph.node('Sub', [half, base.rowLogDet])], {
    keepdims: 0,
  });
  const total = graph.node('Sub', [byRow, base.commonLogDet]);
  const perNumber = graph.node('Mul', [total, graph.scalar(1 / coupled)]);
  const constant = 0.5 * Math.log(2 * Math.PI) + Math.log(deviation);
  return graph.node('Add', [perNumber, graph.scalar(constant)]);
}

function missOf(graph: GraphBuilder, { z, target }: Base, isBijective: boolean): Value {
  return isBijective ? graph.node('Sub', [z, target]) : z;
}

/**
 * Gradients of the triangular factors of mixing have no other numbers than those, so that what begins as a triangle
 * stays one and need not be cut to it before it is used.
 */
function withinTriangles(
  graph: GraphBuilder,
  size: number,
  names: readonly string[],
  slopes: readonly Value[],
): Value[] {
  const masks = {
    lower: graph.constant(mask(size, (row, column) => row > column)),
    upper: graph.constant(mask(size, (row, column) => row < column)),
  };
  return slopes.map((slope, i) => {
    const factor = /\.mix\.(lower|upper)$/.exec(names[i] ?? '')?.[1];
    if (factor !== 'lower' && factor !== 'upper') return slope;
    return graph.node('Mul', [slope, masks[factor]]);
  });
}

function normOf(graph: GraphBuilder, slopes: readonly Value[]): Value {
  const squares = slopes.map((slope) => graph.node('ReduceSumSquare', [slope], { keepdims: 0 }));
  return graph.node('Sqrt', [graph.node('Sum', squares)]);
}

/** What gradients are multiplied with. */
function cutTo(graph: GraphBuilder, norm: Value): Value {
  const above = graph.node('Add', [norm, graph.scalar(1e-6)]);
  const share = graph.node('Div', [graph.scalar(MOST_NORM), above]);
  return graph.node('Min', [share, graph.scalar(1)]);
}

function adamW(graph: GraphBuilder, { name, dims }: Parameter, slope: Value, cut: Value): void {
  const op = (operator: string, ...inputs: Value[]) => graph.node(operator, inputs);
  const times = (x: Value, factor: number) => op('Mul', x, graph.scalar(factor));
  const [forgetting, forgettingSquares] = ADAM.betas;
  const next = (part: string, operator: string, ...inputs: Value[]) => {
    const value = graph.node(operator, inputs, {}, `next.${part}.${name}`);
    graph.output(value, value, 'float32', dims);
    return value;
  };
  const gradient = op('Mul', slope, cut);
  const sum = next('m', 'Add', times(`m.${name}`, forgetting), gradient);
  const square = op('Mul', gradient, gradient);
  const squares = next('v', 'Add', times(`v.${name}`, forgettingSquares), square);
  const direction = op('Div', sum, op('Add', op('Sqrt', squares), 'floor'));
  const share = name.includes('.mix.') ? MIXING_SHARE : 1;
  const move = op('Mul', direction, times('step_size', share));
  const kept = op('Mul', `p.${name}`, op('Sub', graph.scalar(1), times('shrink', share)));
  next('p', 'Sub', kept, move);
}
