/**
 * One encoder out of an ONNX graph that others exported, with the names that the studio's graphs have. Only what
 * the wanted output is computed from is kept, which also parts two encoders that were exported as one. Weights
 * are passed on as they lie. Field numbers: https://github.com/onnx/onnx/blob/v1.19.0/onnx/onnx.proto.
 */
import {
  bytesOf,
  type Field,
  fieldsOf,
  MalformedMessageError,
  numbersOf,
  textOf,
} from '../onnx/protobuf-reader.ts';
import {
  bytesField,
  bytesHeader,
  message,
  numberField,
  type Part,
} from '../onnx/protobuf-writer.ts';
import { ELEMENT_TYPES } from '../onnx/tensor.ts';

const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, info: 13, quantisation: 14 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, int: 3, graph: 6, graphs: 11, type: 20 };
const ATTRIBUTE_INT = 2;
const VALUE = { name: 1, type: 2 };
const TYPE = { tensor: 1 };
const TENSOR_TYPE = { element: 1, shape: 2 };
const SHAPE = { dim: 1 };
const DIM = { value: 1 };
const TENSOR = { name: 8 };

/** Put behind the name of a value whose own name the studio's goes to. */
const AS_EXPORTED = '__as_exported';

/** An input or output: its size along each axis, null where it is left open. */
export interface TowerPort {
  readonly name: string;
  readonly element: number;
  readonly dims: readonly (number | null)[];
}

/** An encoder: what it takes and gives, before names are changed, and its file. */
export interface Tower {
  readonly inputs: readonly TowerPort[];
  readonly output: TowerPort;
  /** One after the other they are the file. */
  readonly parts: readonly Part[];
}

/**
 * @param model the bytes of an ONNX file
 * @param candidates names of the wanted output, the best first
 * @param name what the output is called from here on, float32
 * @returns undefined where the graph has no such output
 * @throws MalformedMessageError
 */
export function takeTower(
  model: Uint8Array,
  candidates: readonly string[],
  name: string,
): Tower | undefined {
  const fields = [...fieldsOf(model)];
  const graphs = fields.filter(({ number }) => number === MODEL.graph);
  const [graph] = graphs;
  if (!graph || graphs.length > 1) throw new MalformedMessageError();
  const content = [...fieldsOf(bytesOf(graph))];
  const outputs = portsOf(content, GRAPH.output);
  const output = candidates
    .map((candidate) => outputs.find((port) => port.name === candidate))
    .find((port) => port !== undefined);
  if (!output) return undefined;

  const used = valuesBehind(output.name, content);
  const inputs = portsOf(content, GRAPH.input).filter((port) => used.has(port.name));
  const kept = content.filter((field) => isKept(field, used));
  const parts = graphParts(kept, inputs, output, name);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const others = fields.filter((field) => field !== graph).flatMap(fieldParts);
  return { inputs, output, parts: [...others, bytesHeader(MODEL.graph, length), ...parts] };
}

/** Fields of a graph, with casts around it where numbers are of half precision or have another name. */
function graphParts(
  kept: readonly Field[],
  inputs: readonly TowerPort[],
  output: TowerPort,
  name: string,
): Part[] {
  const halves = inputs.filter(({ element }) => element === ELEMENT_TYPES.float16.code);
  const isAsWanted = output.name === name && output.element === ELEMENT_TYPES.float32.code;
  const cast = [...halves.map((port) => port.name), ...(isAsWanted ? [] : [output.name])];
  const renamed = new Map(cast.map((value) => [value, value + AS_EXPORTED]));
  const before = halves.map((port) => castNode(port.name, port.name + AS_EXPORTED, 'float16'));
  const after = isAsWanted ? [] : [castNode(output.name + AS_EXPORTED, name, 'float32')];
  const rewritten = kept.flatMap((field) => {
    if (field.number === GRAPH.node && cast.length > 0) {
      return fieldParts({ ...field, bytes: renameIn(bytesOf(field), renamed) } as Field);
    }
    if (field.number === GRAPH.input && halves.some((port) => port.name === nameOf(field))) {
      return [bytesField(GRAPH.input, float32Port(bytesOf(field)))];
    }
    if (field.number !== GRAPH.output) return fieldParts(field);
    return [bytesField(GRAPH.output, float32Port(bytesOf(field), name))];
  });
  return [...before, ...rewritten, ...after];
}

/** The values that a value is computed from, itself among them. */
function valuesBehind(output: string, content: readonly Field[]): Set<string> {
  const makers = new Map<string, Uint8Array>();
  for (const field of content) {
    if (field.number !== GRAPH.node) continue;
    const node = bytesOf(field);
    for (const value of textsOf(node, NODE.output)) makers.set(value, node);
  }
  const used = new Set<string>();
  const open = [output];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (used.has(value)) continue;
    used.add(value);
    const maker = makers.get(value);
    if (maker) open.push(...valuesUsedBy(maker));
  }
  return used;
}

/** The inputs of a node, and what the graphs in its attributes take from around them. */
function valuesUsedBy(node: Uint8Array): string[] {
  const inner = [...fieldsOf(node)]
    .filter(({ number }) => number === NODE.attribute)
    .flatMap((field) => [...fieldsOf(bytesOf(field))])
    .filter(({ number }) => number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs)
    .flatMap((field) => [...fieldsOf(bytesOf(field))])
    .flatMap((field) => {
      if (field.number === GRAPH.node) return valuesUsedBy(bytesOf(field));
      return field.number === GRAPH.output ? [nameOf(field)] : [];
    });
  return [...textsOf(node, NODE.input), ...inner];
}

function isKept(field: Field, used: ReadonlySet<string>): boolean {
  switch (field.number) {
    case GRAPH.node:
      return textsOf(bytesOf(field), NODE.output).some((value) => used.has(value));
    case GRAPH.initializer:
      return used.has(textsOf(bytesOf(field), TENSOR.name)[0] ?? '');
    case GRAPH.input:
    case GRAPH.output:
      return used.has(nameOf(field));
    // Said of values that may be gone or have another name; ONNX Runtime finds out by itself.
    case GRAPH.info:
    case GRAPH.quantisation:
      return false;
    default:
      return true;
  }
}

function portsOf(content: readonly Field[], kind: number): TowerPort[] {
  return content.filter(({ number }) => number === kind).map((field) => portOf(bytesOf(field)));
}

function portOf(value: Uint8Array): TowerPort {
  const tensor = tensorTypeOf(value);
  const element = numberIn(tensor, TENSOR_TYPE.element);
  const shape = child(tensor, TENSOR_TYPE.shape);
  const dims = [...fieldsOf(shape)]
    .filter(({ number }) => number === SHAPE.dim)
    .map((field) => numberIn(bytesOf(field), DIM.value) || null);
  return { name: textsOf(value, VALUE.name)[0] ?? '', element, dims };
}

/** The same input or output as float32. */
function float32Port(value: Uint8Array, name = textsOf(value, VALUE.name)[0] ?? ''): Part {
  const shape = child(tensorTypeOf(value), TENSOR_TYPE.shape);
  const tensor = message(
    numberField(TENSOR_TYPE.element, ELEMENT_TYPES.float32.code),
    bytesField(TENSOR_TYPE.shape, shape),
  );
  return message(
    bytesField(VALUE.name, name),
    bytesField(VALUE.type, bytesField(TYPE.tensor, tensor)),
  );
}

function castNode(from: string, to: string, type: 'float16' | 'float32'): Part {
  const attribute = message(
    bytesField(ATTRIBUTE.name, 'to'),
    numberField(ATTRIBUTE.int, ELEMENT_TYPES[type].code),
    numberField(ATTRIBUTE.type, ATTRIBUTE_INT),
  );
  const node = message(
    bytesField(NODE.input, from),
    bytesField(NODE.output, to),
    bytesField(NODE.name, `cast_${to}`),
    bytesField(NODE.operator, 'Cast'),
    bytesField(NODE.attribute, attribute),
  );
  return bytesField(GRAPH.node, node);
}

function renameIn(node: Uint8Array, renamed: ReadonlyMap<string, string>): Part {
  const parts = [...fieldsOf(node)].flatMap((field) => {
    if (field.number !== NODE.input && field.number !== NODE.output) return fieldParts(field);
    const value = textOf(field);
    return [bytesField(field.number, renamed.get(value) ?? value)];
  });
  return message(...parts);
}

/** A field as it was. Models, graphs and nodes have none of fixed width, which would be passed over. */
function fieldParts(field: Field): Part[] {
  if (field.kind === 'number') return [numberField(field.number, field.value)];
  return [bytesHeader(field.number, field.bytes.length), field.bytes];
}

function tensorTypeOf(value: Uint8Array): Uint8Array {
  return child(child(value, VALUE.type), TYPE.tensor);
}

/** A message within another; an empty one where it is not there. */
function child(parent: Uint8Array, number: number): Uint8Array {
  const field = [...fieldsOf(parent)].find((candidate) => candidate.number === number);
  return field ? bytesOf(field) : new Uint8Array();
}

function numberIn(parent: Uint8Array, number: number): number {
  const field = [...fieldsOf(parent)].find((candidate) => candidate.number === number);
  return field ? Number(numbersOf(field).at(-1) ?? 0n) : 0;
}

function textsOf(parent: Uint8Array, number: number): string[] {
  return [...fieldsOf(parent)].filter((field) => field.number === number).map(textOf);
}

function nameOf(field: Field): string {
  return textsOf(bytesOf(field), VALUE.name)[0] ?? '';
}
