/** How a checkpoint is refused. */
import { StudioError } from '../../contract/errors.ts';

/** For what is damaged, incomplete or no checkpoint at all. */
export function invalid(label: string, what: string, cause?: unknown): StudioError {
  return new StudioError(
    'checkpoint-invalid',
    `${label} cannot be used: ${what}. Nothing was taken in; get it again, or choose another.`,
    { cause },
  );
}

/** For what is sound and beyond what the studio does. */
export function unsupported(label: string, what: string): StudioError {
  return new StudioError(
    'checkpoint-unsupported',
    `${label} is of a kind that this studio does not use: ${what}. Nothing was taken in; choose another.`,
  );
}
