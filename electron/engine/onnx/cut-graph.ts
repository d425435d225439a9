/**
 * Cuts a graph in two where the rows of one of its inputs are taken one by one: what depends on the first rows alone, and
 * the rest. What a run of the first part gave serves again as long as those rows stay as they are (field numbers:
 * https://github.com/onnx/onnx/blob/v1.19.0/onnx/onnx.proto).
 */
import {
  bytesOf,
  type Field,
  fieldsOf,
  MalformedMessageError,
  numbersOf,
  textOf,
} from './protobuf-reader.ts';
import { bytesField, copyOf, message, type Part } from './protobuf-writer.ts';
import { portMessage } from './write-graph.ts';

const MODEL = { graph: 7 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparse: 15 };
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, int: 3, tensor: 5, graph: 6, graphs: 11 };
const TENSOR = { int64: 7, name: 8, raw: 9 };
const PORT = { name: 1 };

/** Rows are the second dimension, after that of the batch. */
const ROWS = 1n;
/** The last row of what depends on none. */
const NO_ROW = -1;

export interface GraphCut {
  /** Has the inputs of the whole, and gives `between`. */
  readonly head: Uint8Array;
  /** Has the inputs of the whole and `between`, and gives the outputs of the whole. */
  readonly tail: Uint8Array;
  /** Names of float32 values. */
  readonly between: readonly string[];
}

interface CutNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly bytes: Uint8Array;
  /** The last row of the input that it depends on. */
  readonly row: number;
}

/**
 * @param model the bytes of an ONNX file
 * @param input which is [batch, rows, …]
 * @param row the first that only the tail depends on
 * @returns null for a graph that takes the rows in another way, or gives something that no later row has a part in
 */
export function cutGraph(model: Uint8Array, input: string, row: number): GraphCut | null {
  const fields = [...fieldsOf(model)];
  const graph = fields.find(({ number }) => number === MODEL.graph);
  if (!graph) throw new MalformedMessageError();
  const parts = [...fieldsOf(bytesOf(graph))];
  const nodes = readNodes(parts, input);
  if (!nodes || fieldsNumbered(parts, GRAPH.sparse).length > 0) return null;
  const early = nodes.filter((node) => node.row !== NO_ROW && node.row < row);
  const late = nodes.filter((node) => node.row >= row);
  const given = new Set(early.flatMap(({ outputs }) => outputs));
  const outputs = fieldsNumbered(parts, GRAPH.output);
  const between = [...new Set(late.flatMap(({ inputs }) => inputs))].filter((name) =>
    given.has(name),
  );
  if (between.length === 0 || outputs.some((port) => given.has(nameOf(port, PORT.name))))
    return null;
  const around = (content: Part) =>
    message(
      ...fields.map((field) =>
        field === graph ? bytesField(MODEL.graph, content) : copyOf(field),
      ),
    );
  const ports = between.map((name) => portMessage({ name, type: 'float32' }));
  const inputs = fieldsNumbered(parts, GRAPH.input).map(copyOf);
  return {
    between,
    head: around(
      partMessage(parts, withNeeded(early, nodes), [
        ...inputs,
        ...ports.map((port) => bytesField(GRAPH.output, port)),
      ]),
    ),
    tail: around(
      partMessage(parts, withNeeded(late, nodes), [
        ...inputs,
        ...ports.map((port) => bytesField(GRAPH.input, port)),
        ...outputs.map(copyOf),
      ]),
    ),
  };
}

/** Nodes in their order, which is one in which they can be computed; null where rows are not taken one by one. */
function readNodes(parts: readonly Field[], input: string): CutNode[] | null {
  const numbers = new Map(
    fieldsNumbered(parts, GRAPH.initializer).map((tensor) => [nameOf(tensor, TENSOR.name), tensor]),
  );
  const rows = new Map<string, number>();
  const same = new Set([input]);
  const nodes: CutNode[] = [];
  for (const field of fieldsNumbered(parts, GRAPH.node)) {
    const node = readNode(field);
    if (node.attributes.some(isGraph)) return null;
    const isTaken = node.inputs.some((name) => same.has(name));
    if (isTaken && node.operator === 'Identity') same.add(node.outputs[0] ?? '');
    const own = isTaken ? rowTaken(node, numbers) : NO_ROW;
    if (own === null) return null;
    const row = Math.max(own, ...node.inputs.map((name) => rows.get(name) ?? NO_ROW));
    for (const output of node.outputs) rows.set(output, row);
    const tensor = node.operator === 'Constant' && attribute(node, 'value', ATTRIBUTE.tensor);
    if (tensor) numbers.set(node.outputs[0] ?? '', tensor);
    nodes.push({ ...node, row });
  }
  return nodes;
}

interface ReadNode extends Omit<CutNode, 'row'> {
  readonly attributes: readonly Field[];
}

function readNode(field: Field): ReadNode {
  const own = [...fieldsOf(bytesOf(field))];
  return {
    operator: fieldsNumbered(own, NODE.operator).map(textOf).at(-1) ?? '',
    inputs: fieldsNumbered(own, NODE.input).map(textOf),
    outputs: fieldsNumbered(own, NODE.output).map(textOf),
    attributes: fieldsNumbered(own, NODE.attribute),
    bytes: bytesOf(field),
  };
}

/** Which row of the input a node takes; none where it only names it anew or asks for its shape, null where more than one. */
function rowTaken(node: ReadNode, numbers: ReadonlyMap<string, Field>): number | null {
  if (node.operator === 'Identity' || node.operator === 'Shape') return NO_ROW;
  const axis = attribute(node, 'axis', ATTRIBUTE.int);
  const index = numbers.get(node.inputs[1] ?? '');
  if (node.operator !== 'Gather' || axis?.kind !== 'number' || axis.value !== ROWS) return null;
  const [row, ...others] = index ? wholeNumbers(index) : [];
  return row === undefined || row < 0 || others.length > 0 ? null : row;
}

/** The numbers of a tensor of int64. */
function wholeNumbers(tensor: Field): number[] {
  const own = [...fieldsOf(bytesOf(tensor))];
  const listed = fieldsNumbered(own, TENSOR.int64).flatMap(numbersOf);
  const raw = fieldsNumbered(own, TENSOR.raw).map((field) => Buffer.from(bytesOf(field)));
  const stored = raw.flatMap((bytes) =>
    Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readBigInt64LE(8 * i)),
  );
  return [...listed, ...stored].map(Number);
}

function attribute(node: ReadNode, name: string, value: number): Field | undefined {
  const found = node.attributes.find((one) => nameOf(one, ATTRIBUTE.name) === name);
  return found && [...fieldsOf(bytesOf(found))].find(({ number }) => number === value);
}

/** Graphs within a node see values that its inputs do not tell of. */
function isGraph(attribute: Field): boolean {
  return [...fieldsOf(bytesOf(attribute))].some(
    ({ number }) => number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs,
  );
}

/** Nodes with all before them that no row has a part in, in their order. */
function withNeeded(wanted: readonly CutNode[], nodes: readonly CutNode[]): CutNode[] {
  const included = new Set(wanted);
  const needed = new Set(wanted.flatMap(({ inputs }) => inputs));
  for (const node of nodes.toReversed()) {
    if (node.row !== NO_ROW || !node.outputs.some((name) => needed.has(name))) continue;
    included.add(node);
    for (const name of node.inputs) needed.add(name);
  }
  return nodes.filter((node) => included.has(node));
}

/** A graph of these nodes, with the constants that they need. */
function partMessage(
  parts: readonly Field[],
  nodes: readonly CutNode[],
  ports: readonly Part[],
): Part {
  const needed = new Set(nodes.flatMap(({ inputs }) => inputs));
  const constants = fieldsNumbered(parts, GRAPH.initializer).filter((tensor) =>
    needed.has(nameOf(tensor, TENSOR.name)),
  );
  return message(
    ...nodes.map(({ bytes }) => bytesField(GRAPH.node, bytes)),
    ...[...fieldsNumbered(parts, GRAPH.name), ...constants].map(copyOf),
    ...ports,
  );
}

function fieldsNumbered(fields: readonly Field[], wanted: number): Field[] {
  return fields.filter(({ number }) => number === wanted);
}

/** The name in a message, which stands in the field `number`. */
function nameOf(content: Field, number: number): string {
  return (
    fieldsNumbered([...fieldsOf(bytesOf(content))], number)
      .map(textOf)
      .at(-1) ?? ''
  );
}
