import { type NumberKind, NUMBER_KINDS } from './number-kinds.ts';
import {
  type ArrayContent,
  GlobalName,
  PickledArray,
  PickledDtype,
  type PickleValue,
  StoredBytes,
} from './pickle-values.ts';
import { invalidCheckpoint, unsupportedCheckpoint } from './refusal.ts';
import type { PlainValue } from './network.ts';

/** By the names of numpy: kind and bytes. */
const DTYPES: ReadonlyMap<string, NumberKind> = new Map([
  ['b1', NUMBER_KINDS.bool],
  ['i1', NUMBER_KINDS.int8],
  ['i2', NUMBER_KINDS.int16],
  ['i4', NUMBER_KINDS.int32],
  ['i8', NUMBER_KINDS.int64],
  ['u1', NUMBER_KINDS.uint8],
  ['u2', NUMBER_KINDS.uint16],
  ['u4', NUMBER_KINDS.uint32],
  ['u8', NUMBER_KINDS.uint64],
  ['f2', NUMBER_KINDS.float16],
  ['f4', NUMBER_KINDS.float32],
  ['f8', NUMBER_KINDS.float64],
]);

/** `numpy.dtype(name, align, copy)` */
export function buildDtype([name]: readonly PickleValue[]): PickledDtype {
  const kind = typeof name === 'string' ? DTYPES.get(name) : undefined;
  if (!kind) throw unsupportedCheckpoint('holds arrays of a kind that networks do not need');
  return new PickledDtype(kind);
}

/** `_reconstruct(numpy.ndarray, (0,), b'b')`: what is in it follows as its state. */
export function emptyArray([type]: readonly PickleValue[]): PickledArray {
  if (!(type instanceof GlobalName) || type.path !== 'numpy.ndarray') throw malformedArray();
  return new PickledArray();
}

/** `(version, shape, dtype, whether in Fortran's order, bytes)` */
export function setArrayState(array: PickledArray, state: PickleValue): void {
  if (array.content || !Array.isArray(state) || state.length !== 5) throw malformedArray();
  const [, shape, dtype, fortran, bytes] = state;
  array.content = arrayContent(shape, dtype, fortran === true, bytes);
}

/** `_frombuffer(bytes, dtype, shape, order)`, as protocol 5 tells arrays. */
export function buildArray(args: readonly PickleValue[]): PickledArray {
  const [bytes, dtype, shape, order] = args;
  return new PickledArray(arrayContent(shape, dtype, order === 'F', bytes));
}

/** `scalar(dtype, bytes)` */
export function buildScalar([dtype, bytes]: readonly PickleValue[]): number | boolean {
  const { kind } = arrayContent([], dtype, false, bytes);
  if (!(bytes instanceof Uint8Array)) throw malformedArray();
  return numberAt(bytes, kind, 0);
}

function arrayContent(
  shape: PickleValue | undefined,
  dtype: PickleValue | undefined,
  fortran: boolean,
  bytes: PickleValue | undefined,
): ArrayContent {
  if (!(dtype instanceof PickledDtype) || !isShape(shape)) throw malformedArray();
  if (bytes instanceof StoredBytes) return { shape, kind: dtype.kind, fortran, bytes };
  if (!(bytes instanceof Uint8Array)) throw malformedArray();
  const count = shape.reduce((product, size) => product * size, 1);
  if (count * dtype.kind.bytes !== bytes.length) throw malformedArray();
  return { shape, kind: dtype.kind, fortran, bytes };
}

function isShape(value: PickleValue | undefined): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= 8 &&
    value.every((size) => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0)
  );
}

/** Lists in lists; undefined for an array so large that it is no setting of a layer. */
export function plainArray({ content }: PickledArray): PlainValue | undefined {
  if (!content || content.bytes instanceof StoredBytes) return undefined;
  const { shape, kind, fortran, bytes } = content;
  if (shape.includes(0)) return [];
  const strides = rowMajorStrides(fortran ? shape.toReversed() : shape);
  if (fortran) strides.reverse();
  const below = (axis: number, at: number): PlainValue => {
    const size = shape[axis];
    if (size === undefined) return numberAt(bytes, kind, at);
    return Array.from({ length: size }, (_, i) => below(axis + 1, at + i * (strides[axis] ?? 0)));
  };
  return below(0, 0);
}

/** How many numbers lie between neighbours along each axis when the last index runs fastest. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (const size of shape.toReversed()) {
    strides.unshift(step);
    step *= size;
  }
  return strides;
}

function numberAt(bytes: Uint8Array, kind: NumberKind, index: number): number | boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = kind.at(view, index * kind.bytes);
  return kind === NUMBER_KINDS.bool ? value !== 0 : value;
}

function malformedArray(): Error {
  return invalidCheckpoint('holds an array whose shape and bytes do not agree');
}
