import { onTestFinished } from 'vitest';
import { Inference, type InferenceOptions } from '../../electron/engine/inference/inference.ts';

/**
 * An inference process of its own for one test, or with `afterAll` as `onEnd` for one file; ended
 * when that is over. Draws on the CPU unless told otherwise.
 */
export function startInference(
  options: InferenceOptions = { device: 'cpu' },
  onEnd: (close: () => void) => void = onTestFinished,
): Inference {
  const inference = new Inference(options);
  onEnd(() => inference.close());
  return inference;
}
