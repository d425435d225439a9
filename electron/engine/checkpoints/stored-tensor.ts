import { throwIfCancelled } from '../../contract/errors.ts';
import { type ByteSource, bytesInMemory } from './byte-source.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import type { StoredTensor } from './network.ts';
import { type NumberKind, NUMBER_KINDS } from './number-kinds.ts';
import { rowMajorStrides } from './numpy-values.ts';
import type { PickledStorage } from './pickle-values.ts';
import { type PickledTensor, StoredBytes } from './pickle-values.ts';
import { invalidCheckpoint } from './refusal.ts';
import { locateStorage, type ReadLimits, type StorageLayout } from './torch-save.ts';

/** Tensors of one file, each storage looked into once. */
export class TensorReader {
  readonly #file: CheckpointFile;
  readonly #limits: ReadLimits;
  readonly #layouts = new Map<PickledStorage, StorageLayout>();

  constructor(file: CheckpointFile, limits: ReadLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /**
   * A tensor whose every number lies in its storage, and none of them twice.
   *
   * @throws StudioError `checkpoint-invalid` for any other
   */
  async stored(tensor: PickledTensor): Promise<StoredTensor> {
    throwIfCancelled(this.#limits.signal);
    const layout = await this.#layoutOf(tensor.storage);
    const kind = tensor.kind ?? layout.kind;
    requireWithin(tensor, Math.floor(layout.length / kind.bytes));
    return { shape: tensor.shape, read: () => this.#read(tensor, layout, kind) };
  }

  async #layoutOf(storage: PickledStorage): Promise<StorageLayout> {
    const known = this.#layouts.get(storage);
    if (known) return known;
    const layout = await locateStorage(await openStorage(storage), this.#limits);
    this.#layouts.set(storage, layout);
    return layout;
  }

  async #read(
    { storage, offset, shape, strides }: PickledTensor,
    { at }: StorageLayout,
    kind: NumberKind,
  ): Promise<Float32Array> {
    const source = await openStorage(storage);
    const bytes = await source.read(at + offset * kind.bytes, span(shape, strides) * kind.bytes);
    await this.#file.requireUnchanged();
    return toNumbers(bytes, kind, shape, strides);
  }
}

async function openStorage({ bytes }: PickledStorage): Promise<ByteSource> {
  return bytes instanceof StoredBytes ? bytes.open() : bytesInMemory(bytes);
}

function requireWithin({ offset, shape, strides }: PickledTensor, count: number): void {
  if (offset + span(shape, strides) > count || countOf(shape) > count) {
    throw invalidCheckpoint('holds a tensor that is larger than its numbers');
  }
}

const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** From the first number of a view to its last, both counted. */
function span(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 1);
}

function toNumbers(
  bytes: Uint8Array<ArrayBuffer>,
  kind: NumberKind,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  const isWhole = isRowMajor(shape, strides);
  if (isWhole && kind === NUMBER_KINDS.float32) return new Float32Array(bytes.buffer);
  const view = new DataView(bytes.buffer);
  const numbers = new Float32Array(countOf(shape));
  if (isWhole) return numbers.map((_, i) => kind.at(view, i * kind.bytes));
  const index = shape.map(() => 0);
  for (let i = 0; i < numbers.length; i += 1) {
    const place = index.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0);
    numbers[i] = kind.at(view, place * kind.bytes);
    advance(index, shape);
  }
  return numbers;
}

/** Along an axis of one, strides mean nothing. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = rowMajorStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}

/** To the next index, the last axis first. */
function advance(index: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const next = (index[axis] ?? 0) + 1;
    index[axis] = next === shape[axis] ? 0 : next;
    if (index[axis] !== 0) return;
  }
}
