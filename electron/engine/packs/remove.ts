import { rename } from 'node:fs/promises';
import path from 'node:path';
import { ScratchFolder } from '../storage/scratch-folder.ts';
import { writeError } from '../storage/errors.ts';

/**
 * Removes the folder of a pack or component: at once as far as anybody can see, whatever becomes of clearing it
 * away.
 *
 * @throws StudioError `access-denied` and the like when it stays
 */
export async function removeModel(folder: string): Promise<void> {
  try {
    const scratch = ScratchFolder.open(path.dirname(folder));
    try {
      await rename(folder, path.join(scratch.folder, path.basename(folder)));
    } finally {
      await scratch.remove();
    }
  } catch (thrown) {
    throw writeError(thrown, folder);
  }
}
