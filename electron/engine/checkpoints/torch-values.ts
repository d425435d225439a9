/** What calls of PyTorch's own functions in a pickle stand for. */
import { type NumberKind, NUMBER_KINDS } from './number-kinds.ts';
import {
  GlobalName,
  PickledStorage,
  PickledTensor,
  type PickleValue,
  StoredBytes,
} from './pickle-values.ts';
import { checkpointHasCode, invalidCheckpoint, unsupportedCheckpoint } from './refusal.ts';

/** By the names of types of numbers. */
export const TORCH_DTYPES: ReadonlyMap<string, NumberKind> = new Map(
  Object.entries(NUMBER_KINDS).map(([name, kind]) => [`torch.${name}`, kind]),
);

/** By the names of classes of storages; one that has no type of its own counts bytes. */
export const STORAGE_KINDS: ReadonlyMap<string, NumberKind> = new Map([
  ['torch.HalfStorage', NUMBER_KINDS.float16],
  ['torch.BFloat16Storage', NUMBER_KINDS.bfloat16],
  ['torch.FloatStorage', NUMBER_KINDS.float32],
  ['torch.DoubleStorage', NUMBER_KINDS.float64],
  ['torch.CharStorage', NUMBER_KINDS.int8],
  ['torch.ShortStorage', NUMBER_KINDS.int16],
  ['torch.IntStorage', NUMBER_KINDS.int32],
  ['torch.LongStorage', NUMBER_KINDS.int64],
  ['torch.ByteStorage', NUMBER_KINDS.uint8],
  ['torch.BoolStorage', NUMBER_KINDS.bool],
  ['torch.storage.UntypedStorage', NUMBER_KINDS.uint8],
  ['torch.UntypedStorage', NUMBER_KINDS.uint8],
]);

const MAX_AXES = 8;

/** `_load_from_bytes(bytes)` */
export function buildStorage([bytes]: readonly PickleValue[]): PickledStorage {
  if (bytes instanceof Uint8Array || bytes instanceof StoredBytes) return new PickledStorage(bytes);
  throw malformedTensor();
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, metadata?)` */
export function buildTensor(args: readonly PickleValue[]): PickledTensor {
  const [storage, offset, shape, strides, , hooks] = args;
  if (!(storage instanceof PickledStorage) || !isCount(offset)) throw malformedTensor();
  if (!isCounts(shape) || !isCounts(strides)) throw malformedTensor();
  if (shape.length !== strides.length || shape.length > MAX_AXES) throw malformedTensor();
  requireNoHooks(hooks);
  return new PickledTensor({ storage, offset, shape, strides, kind: undefined });
}

/** `_rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, metadata?)` */
export function buildTensorOfKind(args: readonly PickleValue[]): PickledTensor {
  const dtype = args[6];
  const kind = dtype instanceof GlobalName ? TORCH_DTYPES.get(dtype.path) : undefined;
  if (!kind) throw unsupportedCheckpoint('holds tensors of numbers that networks do not need');
  return new PickledTensor({ ...buildTensor(args), kind });
}

/** `_rebuild_parameter(data, requires_grad, hooks)` */
export function buildParameter([tensor, , hooks]: readonly PickleValue[]): PickledTensor {
  if (!(tensor instanceof PickledTensor)) throw malformedTensor();
  requireNoHooks(hooks);
  return tensor;
}

/** Hooks are functions that PyTorch would call. */
export function requireNoHooks(hooks: PickleValue | undefined): void {
  const none = hooks === null || hooks === undefined || (hooks instanceof Map && hooks.size === 0);
  if (!none) throw checkpointHasCode('has functions called when its tensors are used');
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function malformedTensor(): Error {
  return invalidCheckpoint('holds a tensor that is none');
}
