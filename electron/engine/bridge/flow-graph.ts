/**
 * The flow as nodes of a graph: real NVP (Dinh et al. 2017, §3) with activation normalisation and invertible 1×1
 * convolutions (Kingma & Dhariwal, "Glow", 2018, §3). A step goes ActNorm → mixing → coupling on the way from w to the
 * base, which is noise or the embedding.
 */
import { floats } from '../onnx/tensor.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import type { FlowDefinition, FlowShape, Mixing, Whitening } from './flow-shape.ts';
import { keptOf } from './flow-shape.ts';

/** Gives the value that stands for a parameter in the graph. */
export type ParameterValues = (name: string) => Value;

/** x → scale and shift of a step's ActNorm, both [coupled]. */
export type NormValues = (step: string, x: Value) => { bias: Value; logScale: Value };

/** A row of numbers each: w [N, w], e [N, clip], and the deviation s [N, 1] of the noise [N, clip] on e. */
export interface FlowRows {
  readonly w: Value;
  readonly e: Value;
  readonly s?: Value;
  readonly noise?: Value;
}

export interface Base {
  /** [N, coupled] */
  readonly z: Value;
  /** Of the couplings, [N]. */
  readonly rowLogDet: Value;
  /** Of ActNorm and mixing, the same for all rows. */
  readonly commonLogDet: Value;
  /** The standardised embedding, with its noise. */
  readonly target: Value;
}

/** Builds flows of one definition into a graph. */
export class FlowGraph {
  readonly #graph: GraphBuilder;
  readonly #flow: FlowDefinition;
  readonly #parameter: ParameterValues;
  readonly #identity: Value;

  constructor(graph: GraphBuilder, flow: FlowDefinition, parameter: ParameterValues) {
    this.#graph = graph;
    this.#flow = flow;
    this.#parameter = parameter;
    this.#identity = graph.constant(mask(flow.shape.coupled, (row, column) => row === column));
  }

  /** The coupled part of w → base; log|det ∂z/∂x| of the whitened x is `rowLogDet` + `commonLogDet`. */
  encode(rows: FlowRows, norm: NormValues = this.#learntNorm): Base {
    const { shape, mixing } = this.#flow;
    const target = noisy(this.#graph, standardised(this.#graph, this.#flow, rows.e), rows);
    const condition = conditionOf(this.#graph, shape, this.#parameter, target, rows.s);
    const [byRow, common]: [Value[], Value[]] = [[], []];
    let x = whitened(this.#graph, this.#flow.whitening, rows.w, shape.coupled);
    for (const [i, fixed] of mixing.entries()) {
      const step = `steps.${i}`;
      const { bias, logScale } = norm(step, x);
      x = this.#op('Mul', this.#op('Add', x, bias), this.#op('Exp', logScale));
      common.push(logScale, this.#parameter(`${step}.mix.log_s`));
      x = this.#mix(step, fixed, x);
      const coupled = this.#couple(step, x, condition);
      x = coupled.y;
      byRow.push(coupled.logScale);
    }
    const rowLogDet = sumOver(this.#graph, this.#sum(byRow), 1);
    return { z: x, rowLogDet, commonLogDet: sumOver(this.#graph, this.#sum(common), 0), target };
  }

  readonly #learntNorm: NormValues = (step) => ({
    bias: this.#parameter(`${step}.norm.bias`),
    logScale: this.#parameter(`${step}.norm.log_scale`),
  });

  /**
   * By the factors one after the other: fewer multiplications than their product takes, for small batches. The
   * permutation goes over the rows of L + 1, which lie in memory as they are moved.
   */
  #mix(step: string, { permutation, sign }: Mixing, x: Value): Value {
    const [lower, upper] = [
      this.#parameter(`${step}.mix.lower`),
      this.#parameter(`${step}.mix.upper`),
    ];
    const scale = this.#op('Exp', this.#parameter(`${step}.mix.log_s`));
    const diagonal = this.#op('Mul', scale, this.#graph.floats(sign));
    const scaled = this.#op('Mul', x, diagonal);
    const above = this.#graph.node('Gemm', [x, upper, scaled], { transB: 1 });
    const rows = this.#graph.integers(...permutation);
    const below = this.#graph.node('Gather', [this.#op('Add', lower, this.#identity), rows]);
    return this.#graph.node('Gemm', [above, below], { transB: 1 });
  }

  #couple(step: string, x: Value, condition: Value | undefined): { y: Value; logScale: Value } {
    const { shape } = this.#flow;
    const [kept, moved] = halves(this.#graph, shape, x);
    const { logScale, shift } = coupling(
      this.#graph,
      shape,
      this.#parameter,
      step,
      kept,
      condition,
    );
    const placed = this.#op('Add', this.#op('Mul', moved, this.#op('Exp', logScale)), shift);
    return { y: this.#graph.node('Concat', [kept, placed], { axis: 1 }), logScale };
  }

  #sum(values: readonly Value[]): Value {
    return values.reduce((a, b) => this.#op('Add', a, b));
  }

  #op(operator: string, ...inputs: Value[]): Value {
    return this.#graph.node(operator, inputs);
  }
}

/** What a coupling does to the numbers that it moves, told by those it keeps: both [N, moved]. */
export function coupling(
  graph: GraphBuilder,
  shape: FlowShape,
  parameter: ParameterValues,
  step: string,
  kept: Value,
  condition: Value | undefined,
): { logScale: Value; shift: Value } {
  const layer = (name: string, x: Value) => linear(graph, parameter, `${step}.couple.${name}`, x);
  const read = condition ? graph.node('Concat', [kept, condition], { axis: 1 }) : kept;
  const first = gelu(graph, layer('first', read));
  const second = gelu(graph, layer('second', first));
  const last = layer('last', graph.node('Add', [first, second]));
  const moved = shape.coupled - keptOf(shape);
  const [raw = '', shift = ''] = split(graph, last, [moved, moved]);
  const bounded = graph.node('Tanh', [graph.node('Div', [raw, graph.scalar(shape.cap)])]);
  return { logScale: graph.node('Mul', [bounded, graph.scalar(shape.cap)]), shift };
}

/** What all couplings are told of a standardised embedding; undefined for a bijective flow. */
export function conditionOf(
  graph: GraphBuilder,
  shape: FlowShape,
  parameter: ParameterValues,
  standardised: Value,
  s: Value | undefined,
): Value | undefined {
  if (shape.kind === 'bijective') return undefined;
  const layer = (name: string, x: Value) => linear(graph, parameter, `condition.${name}`, x);
  const read =
    shape.noiseLevels && s ? graph.node('Concat', [standardised, s], { axis: 1 }) : standardised;
  return layer('4', gelu(graph, layer('2', gelu(graph, layer('0', read)))));
}

/** (e − mean) · scale */
export function standardised(graph: GraphBuilder, flow: FlowDefinition, e: Value): Value {
  const { mean, scale } = flow.standardisation;
  const centred = graph.node('Sub', [e, graph.floats(Float32Array.from(mean))]);
  return graph.node('Mul', [centred, graph.floats(Float32Array.from(scale))]);
}

/** The numbers of a row that a coupling keeps, and those it moves. */
export function halves(graph: GraphBuilder, shape: FlowShape, x: Value): [Value, Value] {
  const kept = keptOf(shape);
  const [first = '', second = ''] = split(graph, x, [kept, shape.coupled - kept]);
  return [first, second];
}

export function sumOver(graph: GraphBuilder, value: Value, axis: number): Value {
  return graph.node('ReduceSum', [value, graph.integers(axis)], { keepdims: 0 });
}

/** V·(w − mean) / deviations, of the first `count` components. */
export function whitened(
  graph: GraphBuilder,
  { mean, components, deviations }: Whitening,
  w: Value,
  count: number,
): Value {
  const chosen = components.subarray(0, count * mean.length);
  const matrix = scaledRows(
    chosen,
    deviations.subarray(0, count).map((value) => 1 / value),
  );
  const centred = graph.node('Sub', [w, graph.floats(Float32Array.from(mean))]);
  return graph.node('Gemm', [centred, graph.floats(matrix, [count, mean.length])], { transB: 1 });
}

/** Vᵀ·(deviations · x) + mean */
export function unwhitened(
  graph: GraphBuilder,
  { mean, components, deviations }: Whitening,
  x: Value,
): Value {
  const matrix = graph.floats(scaledRows(components, deviations), [mean.length, mean.length]);
  return graph.node('Gemm', [x, matrix, graph.floats(Float32Array.from(mean))]);
}

/** A matrix, row-major, with each row times a factor of its own. */
function scaledRows(matrix: Float64Array, factors: Float64Array): Float32Array {
  const width = matrix.length / factors.length;
  return Float32Array.from(matrix, (value, i) => value * (factors[Math.floor(i / width)] ?? 1));
}

function noisy(graph: GraphBuilder, e: Value, { s, noise }: FlowRows): Value {
  return s && noise ? graph.node('Add', [e, graph.node('Mul', [noise, s])]) : e;
}

function linear(graph: GraphBuilder, parameter: ParameterValues, name: string, x: Value): Value {
  const inputs = [x, parameter(`${name}.weight`), parameter(`${name}.bias`)];
  return graph.node('Gemm', inputs, { transB: 1 });
}

/** x · Φ(x) (Hendrycks & Gimpel 2016). */
function gelu(graph: GraphBuilder, x: Value): Value {
  const erf = graph.node('Erf', [graph.node('Mul', [x, graph.scalar(Math.SQRT1_2)])]);
  const share = graph.node('Add', [erf, graph.scalar(1)]);
  return graph.node('Mul', [graph.node('Mul', [x, graph.scalar(0.5)]), share]);
}

export function split(graph: GraphBuilder, x: Value, sizes: readonly number[]): Value[] {
  return graph.nodeWithOutputs('Split', [x, graph.integers(...sizes)], sizes.length, { axis: 1 });
}

/** Ones where `isIn` says so, zeros elsewhere. */
export function mask(size: number, isIn: (row: number, column: number) => boolean) {
  const mask = new Float32Array(size * size);
  mask.forEach((_, i) => (mask[i] = isIn(Math.floor(i / size), i % size) ? 1 : 0));
  return floats(mask, [size, size]);
}
