import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isScratchName } from './scratch-folder.ts';
import { isSystemError } from './errors.ts';

/** What is in a folder and all folders in it. */
export interface FilesBelow {
  readonly files: readonly string[];
  /** Folders that cannot be looked into. */
  readonly unreadable: readonly string[];
  /** Scratch folders of drafts; what is in them is not among the files. */
  readonly scratchFolders: readonly string[];
}

/**
 * Looks through a folder. One that cannot be looked into does not hide the others; links are not followed.
 *
 * @param except folders that are passed over
 */
export async function filesBelow(
  root: string,
  except: ReadonlySet<string> = new Set(),
): Promise<FilesBelow> {
  const files: string[] = [];
  const unreadable: string[] = [];
  const scratchFolders: string[] = [];
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = await entriesIn(folder);
    if (entries === null) unreadable.push(folder);
    for (const entry of entries ?? []) {
      const found = path.join(folder, entry.name);
      if (isScratchName(entry.name)) scratchFolders.push(found);
      else if (except.has(found)) continue;
      else if (entry.isDirectory()) waiting.push(found);
      else if (entry.isFile()) files.push(found);
    }
  }
  return { files, unreadable, scratchFolders };
}

/** Null for a folder that cannot be looked into; one that is not there is empty. */
async function entriesIn(folder: string): Promise<Dirent[] | null> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return [];
    // Not the folder's fault, and over in a moment.
    if (isSystemError(thrown, 'EMFILE') || isSystemError(thrown, 'ENFILE')) throw thrown;
    return null;
  }
}
