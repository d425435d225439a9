/** ONNX graphs written by hand, the hostile ones that exporters and checkers refuse to write included. */
import { fieldsOf } from '../../electron/engine/onnx/protobuf-reader.ts';

type Part = Buffer;

function varint(value: bigint | number): Part {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const more = rest > 0x7fn;
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const number = (field: number, value: bigint | number): Part =>
  Buffer.concat([varint(field * 8), varint(value)]);

const bytes = (field: number, content: Uint8Array | string): Part => {
  const data = Buffer.from(content);
  return Buffer.concat([varint(field * 8 + 2), varint(data.length), data]);
};

const [FLOAT, INT64] = [1, 7];

export interface TensorOptions {
  dims?: readonly (bigint | number)[];
  /** A file that the numbers are in. */
  location?: string;
}

/** float32 numbers, or with `bigint`s int64. */
export function tensor(
  name: string,
  values: readonly number[] | readonly bigint[],
  { dims = [values.length], location }: TensorOptions = {},
): Part {
  const isWhole = typeof values[0] === 'bigint';
  const raw = isWhole
    ? Buffer.from(BigInt64Array.from(values as bigint[]).buffer)
    : Buffer.from(Float32Array.from(values as number[]).buffer);
  return Buffer.concat([
    ...dims.map((dim) => number(1, dim)),
    number(2, isWhole ? INT64 : FLOAT),
    bytes(8, name),
    ...(location === undefined
      ? [bytes(9, raw)]
      : [bytes(13, Buffer.concat([bytes(1, 'location'), bytes(2, location)])), number(14, 1)]),
  ]);
}

export interface NodeOptions {
  domain?: string;
  attributes?: readonly Part[];
}

export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  { domain, attributes = [] }: NodeOptions = {},
): Part {
  return Buffer.concat([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, operator),
    ...attributes.map((attribute) => bytes(5, attribute)),
    ...(domain === undefined ? [] : [bytes(7, domain)]),
  ]);
}

/** An attribute that is a graph, as those of `If` and `Loop` are. */
export const graphAttribute = (name: string, graph: Part): Part =>
  Buffer.concat([bytes(1, name), bytes(6, graph), number(20, 5)]);

/** An attribute that is a whole number. */
export const intAttribute = (name: string, value: number): Part =>
  Buffer.concat([bytes(1, name), number(3, value), number(20, 2)]);

/** An attribute that is a tensor. */
export const tensorAttribute = (name: string, value: Part): Part =>
  Buffer.concat([bytes(1, name), bytes(5, value), number(20, 4)]);

export interface Port {
  name: string;
  /** A name is a dimension that is chosen for each run. */
  dims: readonly (number | string)[];
}

function port({ name, dims }: Port): Part {
  const shape = dims.map((dim) =>
    bytes(1, typeof dim === 'number' ? number(1, dim) : bytes(2, dim)),
  );
  const type = bytes(1, Buffer.concat([number(1, FLOAT), bytes(2, Buffer.concat(shape))]));
  return Buffer.concat([bytes(1, name), bytes(2, type)]);
}

export interface GraphParts {
  nodes: readonly Part[];
  initializers?: readonly Part[];
  inputs?: readonly Port[];
  outputs?: readonly Port[];
}

export function graph({ nodes, initializers = [], inputs = [], outputs = [] }: GraphParts): Part {
  return Buffer.concat([
    ...nodes.map((each) => bytes(1, each)),
    bytes(2, 'graph'),
    ...initializers.map((each) => bytes(5, each)),
    ...inputs.map((each) => bytes(11, port(each))),
    ...outputs.map((each) => bytes(12, port(each))),
  ]);
}

/** A whole ONNX file. */
export function model(parts: GraphParts | Part, extra: readonly Part[] = []): Buffer {
  const whole = Buffer.isBuffer(parts) ? parts : graph(parts);
  return Buffer.concat([
    number(1, 9),
    bytes(7, whole),
    bytes(8, Buffer.concat([bytes(1, ''), number(2, 18)])),
    ...extra,
  ]);
}

/** A function that a model brings. */
export const modelFunction = (name: string): Part => bytes(25, bytes(1, name));

/** The tiny pack's mapping network in shape: z to w, by the nodes given. */
export function mapping(nodes: readonly Part[], initializers: readonly Part[] = []): Buffer {
  return model({
    ...{ nodes, initializers },
    inputs: [{ name: 'z', dims: ['N', 512] }],
    outputs: [{ name: 'w', dims: ['N', 512] }],
  });
}

/** A model with the numbers of its float32 initializers exchanged. */
export function mapRawData(whole: Uint8Array, change: (raw: Buffer) => Buffer): Buffer {
  return rewrite(whole, 7, (inGraph) =>
    rewrite(inGraph, 5, (initializer) => {
      const isFloat = [...fieldsOf(initializer)].some(
        (field) => field.number === 2 && field.kind === 'number' && field.value === BigInt(FLOAT),
      );
      return isFloat ? rewrite(initializer, 9, change) : initializer;
    }),
  );
}

/** A message with one of its fields exchanged wherever it stands; none of the others has a fixed width. */
function rewrite(
  message: Uint8Array,
  which: number,
  change: (content: Buffer) => Uint8Array,
): Buffer {
  return Buffer.concat(
    [...fieldsOf(message)].map((field) => {
      if (field.kind === 'number') return number(field.number, field.value);
      const content = Buffer.from(field.bytes);
      return bytes(field.number, field.number === which ? change(content) : content);
    }),
  );
}
