import { StudioError } from '../../contract/errors.ts';
import type { CheckpointReaders } from './import-generator.ts';

/** The checkpoints that can be read, and the families of networks that graphs are written for. */
export const CHECKPOINT_READERS: CheckpointReaders = {
  open: () =>
    Promise.reject(
      new StudioError('checkpoint-unsupported', 'Checkpoints cannot be read yet. Nothing was taken in.'),
    ),
  emitters: [],
};
