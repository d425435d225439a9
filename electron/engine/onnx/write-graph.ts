/**
 * Writes ONNX files (field numbers: https://github.com/onnx/onnx/blob/v1.19.0/onnx/onnx.proto). Small constants
 * stand in the graph; large ones are streamed into a file beside it, so that no graph lies in memory whole.
 */
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../contract/errors.ts';
import type { Attribute, Attributes, Graph, GraphPort, Node } from './graph-builder.ts';
import { bytesField, floatField, message, numberField, type Part } from './protobuf-writer.ts';
import { bytesOf, type Constant, type Dim, ELEMENT_TYPES } from './tensor.ts';

const IR_VERSION = 9;
/** Of `ai.onnx`: the newest that every execution provider of ONNX Runtime knows in whole. */
export const OPSET = 18;

const MODEL = { irVersion: 1, producer: 2, graph: 7, opset: 8 };
const OPERATOR_SET = { version: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, float: 2, int: 3, string: 4, floats: 7, ints: 8, type: 20 };
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, floats: 6, ints: 7 };
const VALUE = { name: 1, type: 2 };
const TYPE = { tensor: 1 };
const TENSOR_TYPE = { element: 1, shape: 2 };
const SHAPE = { dim: 1 };
const DIM = { value: 1, name: 2 };
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9, external: 13, location: 14 };
const ENTRY = { key: 1, value: 2 };
const EXTERNAL = 1;

/** Constants of fewer bytes stand in the graph itself, for ONNX Runtime reads shapes and axes only there. */
const SMALL_BYTES = 1_024;
/** So that the file can be mapped to memory where each page begins at such an offset. */
const ALIGNMENT = 4_096;

/** Name of the file beside `file` that holds its large constants. */
export function dataFile(file: string): string {
  return `${file}.data`;
}

/**
 * Writes `file`, and `dataFile(file)` if the graph has large constants. Neither may exist.
 *
 * @returns the files that were written
 * @throws what a constant throws that cannot be read, and errors of the file system
 */
export function writeGraph(graph: Graph, file: string, signal?: AbortSignal): Promise<string[]> {
  return writeGraphs([{ graph, file }], dataFile(file), { signal });
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of each large constant how many bytes it has, when it is written. */
  readonly onWritten?: ((bytes: number) => void) | undefined;
}

/**
 * Writes graphs whose large constants stand in one file, `data`, those that several of them have once. All files
 * lie in one folder, and none may exist.
 *
 * @returns the files that were written
 * @throws as `writeGraph`
 */
export async function writeGraphs(
  graphs: readonly { readonly graph: Graph; readonly file: string }[],
  data: string,
  options: WriteOptions = {},
): Promise<string[]> {
  const constants = new Set(graphs.flatMap(({ graph }) => [...graph.constants.values()]));
  const large = [...constants].filter((constant) => bytesOf(constant) >= SMALL_BYTES);
  const offsets = large.length > 0 ? await writeData(large, data, options) : new Map();
  for (const { graph, file } of graphs) await writeModel(graph, file, { data, offsets });
  const files = graphs.map(({ file }) => file);
  return large.length > 0 ? [...files, data] : files;
}

/** Where large constants begin in the file `data`, in bytes. */
interface LargeConstants {
  readonly data: string;
  readonly offsets: ReadonlyMap<Constant, number>;
}

async function writeModel(graph: Graph, file: string, large: LargeConstants): Promise<void> {
  const initializers: Part[] = [];
  for (const [name, constant] of graph.constants) {
    const offset = large.offsets.get(constant);
    initializers.push(
      offset === undefined
        ? await inline(name, constant)
        : external(name, constant, path.basename(large.data), offset),
    );
  }
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(modelMessage(graph, initializers));
  } finally {
    await handle.close();
  }
}

async function writeData(
  constants: readonly Constant[],
  file: string,
  { signal, onWritten }: WriteOptions,
): Promise<Map<Constant, number>> {
  const handle = await open(file, 'wx', 0o600);
  try {
    const offsets = new Map<Constant, number>();
    let offset = 0;
    for (const constant of constants) {
      throwIfCancelled(signal);
      offsets.set(constant, offset);
      await writeAt(handle, offset, constant);
      onWritten?.(bytesOf(constant));
      offset = Math.ceil((offset + bytesOf(constant)) / ALIGNMENT) * ALIGNMENT;
    }
    return offsets;
  } finally {
    await handle.close();
  }
}

async function writeAt(handle: FileHandle, offset: number, constant: Constant): Promise<void> {
  let at = offset;
  for await (const bytes of piecesOf(constant)) {
    await handle.write(bytes, 0, bytes.length, at);
    at += bytes.length;
  }
  requireSize(constant, at - offset);
}

function piecesOf(constant: Constant): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  const bytes = constant.bytes();
  return bytes instanceof Uint8Array ? [bytes] : bytes;
}

function requireSize(constant: Constant, bytes: number): void {
  if (bytes === bytesOf(constant)) return;
  throw new RangeError(`${bytes} bytes for a constant of shape [${constant.dims.join(', ')}]`);
}

/** A constant as it stands in a graph. */
export async function inline(name: string, constant: Constant): Promise<Part> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(constant)) pieces.push(piece);
  const raw = Buffer.concat(pieces);
  requireSize(constant, raw.length);
  return message(tensorHead(name, constant), bytesField(TENSOR.raw, raw));
}

function external(name: string, constant: Constant, location: string, offset: number): Part {
  const entries = { location, offset: String(offset), length: String(bytesOf(constant)) };
  return message(
    tensorHead(name, constant),
    ...Object.entries(entries).map(([key, value]) =>
      bytesField(
        TENSOR.external,
        message(bytesField(ENTRY.key, key), bytesField(ENTRY.value, value)),
      ),
    ),
    numberField(TENSOR.location, EXTERNAL),
  );
}

function tensorHead(name: string, { type, dims }: Constant): Part {
  return message(
    ...dims.map((dim) => numberField(TENSOR.dims, dim)),
    numberField(TENSOR.type, ELEMENT_TYPES[type].code),
    bytesField(TENSOR.name, name),
  );
}

function modelMessage(graph: Graph, initializers: readonly Part[]): Part {
  return message(
    numberField(MODEL.irVersion, IR_VERSION),
    bytesField(MODEL.producer, 'clip-flow-studio'),
    bytesField(MODEL.opset, numberField(OPERATOR_SET.version, OPSET)),
    bytesField(MODEL.graph, graphMessage(graph, initializers)),
  );
}

function graphMessage(graph: Graph, initializers: readonly Part[]): Part {
  return message(
    ...graph.nodes.map((node) => bytesField(GRAPH.node, nodeMessage(node))),
    bytesField(GRAPH.name, graph.name),
    ...initializers.map((tensor) => bytesField(GRAPH.initializer, tensor)),
    ...graph.inputs.map((port) => bytesField(GRAPH.input, portMessage(port))),
    ...graph.outputs.map((port) => bytesField(GRAPH.output, portMessage(port))),
  );
}

/** A node as it stands in a graph. */
export function nodeMessage({ operator, inputs, outputs, attributes }: Node): Part {
  return message(
    ...inputs.map((name) => bytesField(NODE.input, name)),
    ...outputs.map((name) => bytesField(NODE.output, name)),
    bytesField(NODE.name, outputs[0] ?? operator),
    bytesField(NODE.operator, operator),
    ...attributeMessages(attributes),
  );
}

function attributeMessages(attributes: Attributes): Part[] {
  return Object.entries(attributes).map(([name, value]) =>
    bytesField(NODE.attribute, message(bytesField(ATTRIBUTE.name, name), ...attributeValue(value))),
  );
}

function attributeValue(value: Attribute): Part[] {
  const type = (code: number) => numberField(ATTRIBUTE.type, code);
  if (typeof value === 'number') {
    return [numberField(ATTRIBUTE.int, value), type(ATTRIBUTE_TYPE.int)];
  }
  if (typeof value === 'string') {
    return [bytesField(ATTRIBUTE.string, value), type(ATTRIBUTE_TYPE.string)];
  }
  if ('float' in value) {
    return [floatField(ATTRIBUTE.float, value.float), type(ATTRIBUTE_TYPE.float)];
  }
  if ('floats' in value) {
    const numbers = value.floats.map((each) => floatField(ATTRIBUTE.floats, each));
    return [...numbers, type(ATTRIBUTE_TYPE.floats)];
  }
  const numbers = value.map((each) => numberField(ATTRIBUTE.ints, each));
  return [...numbers, type(ATTRIBUTE_TYPE.ints)];
}

/** An input or output as it stands in a graph, of any shape where `dims` are left out. */
export function portMessage({
  name,
  type,
  dims,
}: Omit<GraphPort, 'dims'> & Partial<GraphPort>): Part {
  const element = numberField(TENSOR_TYPE.element, ELEMENT_TYPES[type].code);
  const shape = dims?.map((dim) => bytesField(SHAPE.dim, dimMessage(dim)));
  const tensor = shape
    ? message(element, bytesField(TENSOR_TYPE.shape, message(...shape)))
    : element;
  return message(
    bytesField(VALUE.name, name),
    bytesField(VALUE.type, bytesField(TYPE.tensor, tensor)),
  );
}

function dimMessage(dim: Dim): Part {
  return typeof dim === 'number' ? numberField(DIM.value, dim) : bytesField(DIM.name, dim);
}
