/** A host whose inference process computes for ever. Prints the number of that process. */
import { Inference } from '../../electron/engine/inference/inference.ts';
import { float32Tensor } from '../../electron/engine/inference/rows.ts';
import { SPIN_GRAPH } from '../support/graphs.ts';

const inference = new Inference({ device: 'cpu' });
await inference.describe(SPIN_GRAPH);
void inference.run(SPIN_GRAPH, {
  steps: { type: 'int64', dims: [1], data: BigInt64Array.of(1_000_000_000n) },
  x: float32Tensor(new Float32Array(64 * 64).fill(1), [64, 64]),
});
console.log(inference.pid);
