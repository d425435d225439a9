import type { Constant } from '../../onnx/tensor.ts';
import { invalid, type NamedTensor } from './module-reader.ts';

/**
 * A tensor's numbers.
 *
 * @throws StudioError `checkpoint-invalid` for one that is not finite
 */
export async function readFinite(tensor: NamedTensor): Promise<Float32Array> {
  const numbers = await tensor.read();
  const strange = numbers.findIndex((number) => !Number.isFinite(number));
  if (strange >= 0) throw invalid(`"${tensor.name}" holds ${numbers[strange]}`);
  return numbers;
}

/** A tensor as a constant of a graph, read when the graph is written and not kept. */
export function constantOf(tensor: NamedTensor): Constant {
  return joinedConstant([tensor], tensor.shape);
}

/** Tensors one after the other, as one constant of shape `dims`. */
export function joinedConstant(tensors: readonly NamedTensor[], dims: readonly number[]): Constant {
  return { type: 'float32', dims, bytes: () => bytesOf(tensors) };
}

async function* bytesOf(tensors: readonly NamedTensor[]): AsyncGenerator<Uint8Array> {
  for (const tensor of tensors) {
    const { buffer, byteOffset, byteLength } = await readFinite(tensor);
    yield new Uint8Array(buffer, byteOffset, byteLength);
  }
}

/** The constants of graphs that are written together: each tensor is one, whichever of them have it. */
export class Weights {
  readonly #constants = new Map<string, Constant>();

  of(tensor: NamedTensor): Constant {
    const constant = this.#constants.get(tensor.name) ?? constantOf(tensor);
    this.#constants.set(tensor.name, constant);
    return constant;
  }
}
