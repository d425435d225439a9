/**
 * Reverse mode over the nodes of a graph: nodes that compute derivatives are added to the graph itself
 * (Griewank & Walther, "Evaluating derivatives", 2008, §3.2).
 */
import type { GraphBuilder, Node, Value } from '../onnx/graph-builder.ts';
import { attribute, type Dims, permutationOf, reducedAxes, Shapes } from './shapes.ts';

/** A node that is gone through backwards. */
interface Backward {
  readonly graph: GraphBuilder;
  readonly shapes: Shapes;
  readonly node: Node;
  /** The derivative of the loss by the node's output; by each of them in `all`. */
  readonly g: Value;
  readonly all: readonly Value[];
  readonly inputs: readonly Value[];
  readonly output: Value;
  /** Adds a node. */
  readonly op: (operator: string, ...inputs: readonly Value[]) => Value;
}

/** For each input how the derivative by it comes about; those of sizes, axes and indexes have none. */
type Rule = (at: Backward) => readonly (() => Value)[];

const two = (graph: GraphBuilder) => graph.scalar(2);

/** Vector-Jacobian products: operator → derivative by the inputs out of that by the output. */
const RULES: Readonly<Record<string, Rule>> = {
  Identity: ({ g }) => [() => g],
  Neg: ({ g, op }) => [() => op('Neg', g)],
  Exp: ({ g, output, op }) => [() => op('Mul', g, output)],
  Log: ({ g, inputs: [x = ''], op }) => [() => op('Div', g, x)],
  Sqrt: ({ graph, g, output, op }) => [() => op('Div', g, op('Mul', output, two(graph)))],
  Tanh: ({ graph, g, output, op }) => [
    () => op('Mul', g, op('Sub', graph.scalar(1), op('Mul', output, output))),
  ],
  Sigmoid: ({ graph, g, output, op }) => [
    () => op('Mul', g, op('Mul', output, op('Sub', graph.scalar(1), output))),
  ],
  // d erf(x)/dx = 2/√π · e^(−x²)
  Erf: ({ graph, g, inputs: [x = ''], op }) => [
    () => {
      const bell = op('Exp', op('Neg', op('Mul', x, x)));
      return op('Mul', g, op('Mul', bell, graph.scalar(2 / Math.sqrt(Math.PI))));
    },
  ],
  Relu: (at) => [() => at.op('Mul', at.g, slopes(at, 0))],
  LeakyRelu: (at) => {
    const alpha = at.node.attributes['alpha'];
    const slope = typeof alpha === 'object' && 'float' in alpha ? alpha.float : 0.01;
    return [() => at.op('Mul', at.g, slopes(at, slope))];
  },
  Add: (at) => [() => sumTo(at, at.g, 0), () => sumTo(at, at.g, 1)],
  Sub: (at) => [() => sumTo(at, at.g, 0), () => sumTo(at, at.op('Neg', at.g), 1)],
  Mul: (at) => {
    const [a = '', b = ''] = at.inputs;
    return [() => sumTo(at, at.op('Mul', at.g, b), 0), () => sumTo(at, at.op('Mul', at.g, a), 1)];
  },
  Div: (at) => {
    const [, b = ''] = at.inputs;
    return [
      () => sumTo(at, at.op('Div', at.g, b), 0),
      () => sumTo(at, at.op('Neg', at.op('Div', at.op('Mul', at.g, at.output), b)), 1),
    ];
  },
  MatMul: (at) => matrixProduct(at),
  Gemm: (at) => [...matrixProduct(at), () => sumTo(at, at.g, 2)],
  ReduceSum: (at) => [() => spread(at, at.g)],
  ReduceMean: (at) => [
    () => {
      const [from, to] = [at.shapes.of(at.inputs[0] ?? ''), at.shapes.of(at.output)];
      const share = at.graph.scalar(count(to) / count(from));
      return spread(at, at.op('Mul', at.g, share));
    },
  ],
  Reshape: (at) => [() => reshape(at, at.g, at.shapes.of(at.inputs[0] ?? ''))],
  Transpose: (at) => [
    () => {
      const perm = permutationOf(at.node, at.shapes.of(at.inputs[0] ?? ''));
      return at.graph.node('Transpose', [at.g], { perm: inverseOf(perm) });
    },
  ],
  Concat: (at) => {
    const axis = attribute(at.node, 'axis', 0);
    const sizes = at.inputs.map((input) => at.shapes.of(input)[axis] ?? 0);
    let parts: Value[] | undefined;
    const split = () =>
      (parts ??= at.graph.nodeWithOutputs(
        'Split',
        [at.g, at.graph.integers(...sizes)],
        sizes.length,
        { axis },
      ));
    return sizes.map((_, i) => () => split()[i] ?? '');
  },
  Split: (at) => [() => at.graph.node('Concat', at.all, { axis: attribute(at.node, 'axis', 0) })],
  Slice: (at) => [() => pad(at)],
  /** Of a permutation: the other way round. */
  Gather: (at) => [
    () => {
      const back = inverseOf(at.shapes.integers(at.inputs[1] ?? ''));
      return at.graph.node('Gather', [at.g, at.graph.integers(...back)], at.node.attributes);
    },
  ],
};

/**
 * Adds the derivatives of `loss`, a single number, by each of the values `of`.
 *
 * @throws Error for operators without a rule, inputs of open size, and where the loss does not depend on a value
 */
export function gradients(graph: GraphBuilder, loss: Value, of: readonly Value[]): Value[] {
  const shapes = new Shapes(graph);
  const forward = [...graph.nodes];
  const depending = dependents(forward, of);
  const parts = new Map<Value, Value>([[loss, graph.floats([1], [...shapes.of(loss)])]]);
  for (const node of forward.toReversed()) {
    if (!node.outputs.some((output) => parts.has(output) && depending.has(output))) continue;
    const at = backward(graph, shapes, node, parts);
    const rule = RULES[node.operator];
    if (!rule) throw new Error(`${node.operator} has no derivative here.`);
    for (const [i, derivative] of rule(at).entries()) {
      const input = node.inputs[i] ?? '';
      if (!depending.has(input)) continue;
      const known = parts.get(input);
      const part = derivative();
      parts.set(input, known === undefined ? part : at.op('Add', known, part));
    }
  }
  return of.map((value) => {
    const gradient = parts.get(value);
    if (gradient === undefined) throw new Error(`The loss does not depend on "${value}".`);
    return gradient;
  });
}

function backward(
  graph: GraphBuilder,
  shapes: Shapes,
  node: Node,
  parts: ReadonlyMap<Value, Value>,
): Backward {
  const op: Backward['op'] = (operator, ...inputs) => graph.node(operator, inputs);
  const all = node.outputs.map((output) => parts.get(output) ?? zeros(graph, shapes.of(output)));
  const [g = ''] = all;
  return { graph, shapes, node, g, all, inputs: node.inputs, output: node.outputs[0] ?? '', op };
}

/** The values, and all that is computed from them. */
function dependents(nodes: readonly Node[], of: readonly Value[]): ReadonlySet<Value> {
  const found = new Set(of);
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((input) => found.has(input))) outputs.forEach((output) => found.add(output));
  }
  return found;
}

/** 1 where the input is positive, `below` elsewhere. */
function slopes({ graph, inputs: [x = ''], op }: Backward, below: number): Value {
  return op('Where', op('Greater', x, graph.scalar(0)), graph.scalar(1), graph.scalar(below));
}

/** By both factors of a matrix product a·b, or a·bᵀ. */
function matrixProduct({ graph, node, g, inputs: [a = '', b = ''] }: Backward): (() => Value)[] {
  if (attribute(node, 'transA', 0) === 1)
    throw new Error('Gemm with transA has no derivative here.');
  const isTransposed = attribute(node, 'transB', 0) === 1;
  return [
    () => graph.node('Gemm', [g, b], { transB: isTransposed ? 0 : 1 }),
    () => graph.node('Gemm', isTransposed ? [g, a] : [a, g], { transA: 1 }),
  ];
}

/** Adds up what was repeated of input `index` when it was broadcast. */
function sumTo(at: Backward, value: Value, index: number): Value {
  const [from, to] = [at.shapes.of(at.output), at.shapes.of(at.inputs[index] ?? '')];
  const missing = from.length - to.length;
  const axes = from.flatMap((dim, i) => (i < missing || to[i - missing] !== dim ? [i] : []));
  if (axes.length === 0) return value;
  if (from.length === 2 && axes.length === 1 && axes[0] === 0) {
    // ONNX Runtime multiplies matrices several times faster than it adds up rows.
    const ones = at.graph.floats(new Float32Array(from[0] ?? 0).fill(1), [1, from[0] ?? 0]);
    return reshape(at, at.op('MatMul', ones, value), to);
  }
  const inputs = [value, at.graph.integers(...axes)];
  const sum = at.graph.node('ReduceSum', inputs, { keepdims: 0 });
  return from.length - axes.length === to.length ? sum : reshape(at, sum, to);
}

/** Repeats the derivative of a sum for all that was added. */
function spread(at: Backward, value: Value): Value {
  const from = at.shapes.of(at.inputs[0] ?? '');
  const integers = (index: number) => at.shapes.integers(at.inputs[index] ?? '');
  const axes = reducedAxes(at.node, from, integers);
  const kept = from.map((dim, i) => (axes.includes(i) ? 1 : dim));
  return at.op('Expand', reshape(at, value, kept), at.graph.integers(...from));
}

/** Zeros around the derivative of a slice. */
function pad(at: Backward): Value {
  const dims = at.shapes.of(at.inputs[0] ?? '');
  const [starts, ends, axes] = [1, 2, 3].map((i) => at.shapes.integers(at.inputs[i] ?? ''));
  const around = (sizeAt: (place: number, dim: number) => number) =>
    dims.map((dim, axis) => {
      const place = axes?.indexOf(axis) ?? -1;
      return place < 0 ? 0 : sizeAt(place, dim);
    });
  const before = around((place) => starts?.[place] ?? 0);
  const after = around((place, dim) => dim - (ends?.[place] ?? dim));
  return at.op('Pad', at.g, at.graph.integers(...before, ...after));
}

function reshape({ graph, op }: Backward, value: Value, dims: Dims): Value {
  return op('Reshape', value, graph.integers(...dims));
}

function zeros(graph: GraphBuilder, dims: Dims): Value {
  return graph.floats(new Float32Array(count(dims)), dims);
}

function count(dims: Dims): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

function inverseOf(permutation: readonly number[]): number[] {
  const inverse = permutation.map(() => 0);
  permutation.forEach((from, to) => (inverse[from] = to));
  return inverse;
}
