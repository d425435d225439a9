import { bytesOfNumbers, type Constant } from '../onnx/tensor.ts';
import type { StoredTensor } from './network.ts';
import { readFinite } from './read-finite.ts';

/** A tensor that knows its dotted name. Its numbers are finite, or refused. */
export interface NamedTensor extends StoredTensor {
  readonly name: string;
  /** For graphs; the same one for all of them, so that those written together hold it once. */
  readonly constant: Constant;
}

export function namedTensor(tensor: StoredTensor, name: string): NamedTensor {
  const read = () => readFinite(tensor, name);
  return { name, shape: tensor.shape, read, constant: joinedConstant([{ read }], tensor.shape) };
}

/** Tensors one after the other as one constant of shape `dims`, read when a graph is written, and not kept. */
export function joinedConstant(
  tensors: readonly Pick<StoredTensor, 'read'>[],
  dims: readonly number[],
): Constant {
  return { type: 'float32', dims, bytes: () => bytesOf(tensors) };
}

async function* bytesOf(tensors: readonly Pick<StoredTensor, 'read'>[]) {
  for (const tensor of tensors) yield bytesOfNumbers(await tensor.read());
}
