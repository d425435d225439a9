import { readdir, rename, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { writeError } from './errors.ts';
import { makeFolder, PRIVATE_FOLDER } from './make-folder.ts';
import {
  hasLiveScratchFolder,
  isScratchName,
  ScratchFolder,
  sweepScratchFolders,
} from './scratch-folder.ts';

/** A folder that nobody else works in. */
export interface ClaimedFolder {
  readonly folder: string;
  /** Removes what is in it: `first` before all else, and each thing as a whole or not at all. */
  empty(first: string): Promise<void>;
}

/**
 * Works in a folder, made if need be, that no other process works in meanwhile. One that is empty afterwards goes.
 *
 * @param busy says who is at work there
 * @throws StudioError `file-busy` while another process holds it, and those of writing
 */
export async function claimFolder<T>(
  folder: string,
  busy: string,
  work: (claimed: ClaimedFolder) => Promise<T>,
): Promise<T> {
  const claim = await take(folder, busy);
  try {
    return await work({ folder, empty: (first) => empty(folder, first, claim.folder) });
  } finally {
    await claim.remove();
    await rmdir(folder).catch(() => undefined);
  }
}

/** Of two who come at once at most one has it: each looks for others only once its own lock is there to be seen. */
async function take(folder: string, busy: string): Promise<ScratchFolder> {
  try {
    await makeFolder(folder, PRIVATE_FOLDER);
    await sweepScratchFolders(folder);
    const claim = ScratchFolder.open(folder);
    const own = path.basename(claim.folder);
    if (!(await hasLiveScratchFolder(folder, (name) => isScratchName(name) && name !== own))) {
      return claim;
    }
    await claim.remove();
  } catch (thrown) {
    throw writeError(thrown, folder);
  }
  throw new StudioError('file-busy', busy);
}

/** What is moved to the scratch folder goes with it, and with it also after the end of the process. */
async function empty(folder: string, first: string, scratch: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !isScratchName(name));
  const order = [...names.filter((name) => name === first), ...names.filter((n) => n !== first)];
  for (const name of order) await rename(path.join(folder, name), path.join(scratch, name));
}
