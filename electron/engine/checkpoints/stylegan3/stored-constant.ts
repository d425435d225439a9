import type { Constant } from '../../onnx/tensor.ts';
import type { StoredTensor } from '../network.ts';

/** A tensor of the checkpoint as a constant, read when the graph is written. */
export function storedConstant(tensor: StoredTensor): Constant {
  return {
    type: 'float32',
    dims: tensor.shape,
    async *bytes() {
      const { buffer, byteOffset, byteLength } = await tensor.read();
      yield new Uint8Array(buffer, byteOffset, byteLength);
    },
  };
}
