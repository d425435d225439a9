/** Shapes of all values of a graph whose inputs have fixed sizes, for the operators that a flow is made of. */
import type { GraphBuilder, Node, Value } from '../onnx/graph-builder.ts';

export type Dims = readonly number[];

interface Inputs {
  readonly node: Node;
  /** Of each input of the node. */
  readonly dims: readonly Dims[];
  /** The whole numbers of an input that is a constant. */
  readonly integers: (index: number) => readonly number[];
}

type ShapeRule = (inputs: Inputs) => readonly Dims[];

const same: ShapeRule = ({ dims }) => [dims[0] ?? []];
const broadcast: ShapeRule = ({ dims: [a = [], b = []] }) => {
  const rank = Math.max(a.length, b.length);
  return [
    Array.from({ length: rank }, (_, i) =>
      Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1),
    ),
  ];
};
const reduce: ShapeRule = ({ node, dims: [from = []], integers }) => {
  const axes = reducedAxes(node, from, integers);
  const keeps = attribute(node, 'keepdims', 1) === 1;
  return [from.flatMap((dim, i) => (axes.includes(i) ? (keeps ? [1] : []) : [dim]))];
};
const product: ShapeRule = ({ node, dims: [a = [], b = []] }) => [
  [
    a[attribute(node, 'transA', 0) === 1 ? 1 : 0] ?? 0,
    b[attribute(node, 'transB', 0) === 1 ? 0 : 1] ?? 0,
  ],
];

const RULES: Readonly<Record<string, ShapeRule>> = {
  ...{ Neg: same, Exp: same, Log: same, Sqrt: same, Erf: same, Tanh: same, Sigmoid: same },
  ...{ Relu: same, LeakyRelu: same, Identity: same, Add: broadcast, Sub: broadcast },
  ...{ Mul: broadcast, Div: broadcast, MatMul: product, Gemm: product },
  ...{ ReduceSum: reduce, ReduceMean: reduce },
  Transpose: ({ node, dims: [from = []] }) => [permutationOf(node, from).map((i) => from[i] ?? 0)],
  Reshape: ({ integers }) => [integers(1)],
  Concat: ({ node, dims }) => {
    const axis = attribute(node, 'axis', 0);
    const size = dims.reduce((sum, input) => sum + (input[axis] ?? 0), 0);
    return [(dims[0] ?? []).with(axis, size)];
  },
  Split: ({ node, dims: [from = []], integers }) =>
    integers(1).map((size) => from.with(attribute(node, 'axis', 0), size)),
  Slice: ({ dims: [from = []], integers }) => {
    const [starts, ends, axes] = [integers(1), integers(2), integers(3)];
    return [
      axes.reduce((to, axis, i) => to.with(axis, (ends[i] ?? 0) - (starts[i] ?? 0)), [...from]),
    ];
  },
  Gather: ({ node, dims: [from = []], integers }) => [
    from.with(attribute(node, 'axis', 0), integers(1).length),
  ],
};

/** Sizes of every value, and the whole numbers that constants hold. */
export class Shapes {
  readonly #graph: GraphBuilder;
  readonly #dims = new Map<Value, Dims>();

  /** @throws Error for an operator that is not known here, or an input of open size */
  constructor(graph: GraphBuilder) {
    this.#graph = graph;
    for (const { name, dims } of graph.inputs) this.#dims.set(name, dims.map(fixed));
    for (const node of graph.nodes) this.#add(node);
  }

  of(value: Value): Dims {
    const dims = this.#dims.get(value) ?? this.#graph.constants.get(value)?.dims;
    if (!dims) throw new Error(`The size of "${value}" is not known.`);
    return dims;
  }

  /** The int64 numbers of a constant that stands in the graph. */
  integers(value: Value): readonly number[] {
    const bytes = this.#graph.constants.get(value)?.bytes();
    if (!(bytes instanceof Uint8Array)) throw new Error(`"${value}" is no constant of numbers.`);
    return Array.from(
      new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8),
      Number,
    );
  }

  #add(node: Node): void {
    const rule = RULES[node.operator];
    if (!rule) throw new Error(`The size that ${node.operator} gives is not known.`);
    const dims = node.inputs.map((input) => this.of(input));
    const integers = (index: number) => this.integers(node.inputs[index] ?? '');
    const results = rule({ node, dims, integers });
    node.outputs.forEach((output, i) => this.#dims.set(output, results[i] ?? []));
  }
}

/** A whole number among the attributes of a node. */
export function attribute(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return typeof value === 'number' ? value : otherwise;
}

/** What a Transpose makes of the axes: by default it turns them round. */
export function permutationOf(node: Node, dims: Dims): readonly number[] {
  const given = node.attributes['perm'];
  return Array.isArray(given)
    ? (given as readonly number[])
    : dims.map((_, i) => dims.length - 1 - i);
}

/** The axes that a ReduceSum or ReduceMean adds over: all of them unless it names some. */
export function reducedAxes(
  node: Node,
  dims: Dims,
  integers: (index: number) => readonly number[],
): readonly number[] {
  return node.inputs.length > 1 ? integers(1) : dims.map((_, i) => i);
}

function fixed(dim: number | string): number {
  if (typeof dim === 'number') return dim;
  throw new Error(`The size "${dim}" is open; gradients are of fixed sizes.`);
}
