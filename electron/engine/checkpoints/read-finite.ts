import type { StoredTensor } from './network.ts';
import { invalidCheckpoint } from './refusal.ts';

/**
 * The numbers of a tensor, all of them finite.
 *
 * @param name what it is called in the checkpoint, for the refusal
 * @throws StudioError `checkpoint-invalid` when a number is not finite, as after training that broke down
 */
export async function readFinite(tensor: StoredTensor, name: string): Promise<Float32Array> {
  const numbers = await tensor.read();
  if (!numbers.every(Number.isFinite)) {
    throw invalidCheckpoint(`has numbers in "${name}" that are infinite or none at all`);
  }
  return numbers;
}
