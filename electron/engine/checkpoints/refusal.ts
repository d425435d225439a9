/** How checkpoints are refused: files by their names, and what is read of a pickle. */
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

/** A checkpoint that is not as such files are: cut off, damaged, or made to do harm. */
export function invalidCheckpoint(what: string): StudioError {
  return new StudioError(
    'checkpoint-invalid',
    `This checkpoint ${what}. Nothing was taken in; get the file again.`,
  );
}

/**
 * A file that may be in order, but is none that this studio reads.
 *
 * @param next what to do instead, as a sentence
 */
export function unsupportedCheckpoint(what: string, next = SUPPORTED): StudioError {
  return new StudioError(
    'checkpoint-unsupported',
    `This checkpoint ${what}. Nothing was taken in. ${next}`,
  );
}

/** A file that would have Python do something other than build networks. */
export function checkpointHasCode(what: string): StudioError {
  return new StudioError(
    'checkpoint-has-code',
    `This checkpoint carries code: it ${what}. None of it was run, and nothing was taken in. ` +
      'Do not open it in other programs; get the network from those who made it.',
  );
}

const SUPPORTED =
  'What can be read are the .pkl files that stylegan2-ada-pytorch and stylegan3 write.';
