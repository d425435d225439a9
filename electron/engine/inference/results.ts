import { StudioError } from '../../contract/errors.ts';

/** One of the results that a model gave, or a refusal where it gave too few. */
export function resultAt<T>(results: readonly T[], index: number): T {
  const result = results[index];
  if (result !== undefined) return result;
  throw new StudioError('inference-failed', 'A model gave fewer results than it was asked for.');
}
