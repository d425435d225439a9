/** Constant tensors of a graph: weights, filters, shapes. */

/** Element types that graphs are written with, and how the format numbers them (`TensorProto.DataType`). */
export const ELEMENT_TYPES = {
  float32: { code: 1, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  bool: { code: 9, bytes: 1 },
  float16: { code: 10, bytes: 2 },
} as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A number, or the name of a dimension that is chosen for each run. */
export type Dim = number | string;

/** A constant, row-major, little-endian. Its numbers are asked for when the file is written, once. */
export interface Constant {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly bytes: () => Uint8Array | AsyncIterable<Uint8Array>;
}

export function floats(
  values: Float32Array | readonly number[],
  dims: readonly number[] = [values.length],
): Constant {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return { type: 'float32', dims, bytes: () => bytesOfNumbers(data) };
}

export function integers(
  values: readonly number[],
  dims: readonly number[] = [values.length],
): Constant {
  const data = BigInt64Array.from(values, BigInt);
  return { type: 'int64', dims, bytes: () => bytesOfNumbers(data) };
}

/** Bytes that a constant has. */
export function bytesOf({ type, dims }: Constant): number {
  return dims.reduce((product, dim) => product * dim, ELEMENT_TYPES[type].bytes);
}

/** The memory of a typed array, which is little-endian on every machine that the studio runs on. */
export function bytesOfNumbers(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
