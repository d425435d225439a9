/** Folders of a root that are no packs: those that one is copied to, and those that make place for one. */
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { sweepScratchFolders } from '../storage/scratch-folder.ts';

/** How drafts began before they were scratch folders with locks. */
const EARLIER_DRAFT = '.import-';
/** How the folder of a pack begins while another takes its place. */
const RETIRED = '.replaced-';
const ABANDONED_MS = 24 * 60 * 60 * 1_000;

/**
 * Puts a pack aside.
 *
 * @returns where it is now
 */
export async function retire(folder: string): Promise<string> {
  const retired = path.join(path.dirname(folder), RETIRED + path.basename(folder));
  await rename(folder, retired);
  return retired;
}

/**
 * Clears away what imports left in a root that were ended in the middle: links themselves, not what they
 * lead to. A pack that was put aside, and whose place nothing took, comes back.
 */
export async function sweepDrafts(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []);
  await sweepScratchFolders(root);
  // What cannot be cleared away now, in a folder that may only be read, is tried again the next time.
  await Promise.allSettled(names.map((name) => sweepOne(root, name)));
}

async function sweepOne(root: string, name: string): Promise<void> {
  const draft = path.join(root, name);
  if (name.startsWith(RETIRED)) {
    await bringBack(draft, path.join(root, name.slice(RETIRED.length)));
  } else if (name.startsWith(EARLIER_DRAFT) && (await isAbandoned(draft))) {
    await rm(draft, { recursive: true, force: true });
  }
}

async function bringBack(retired: string, folder: string): Promise<void> {
  const isTaken = await lstat(folder).then(
    () => true,
    () => false,
  );
  if (isTaken) await rm(retired, { recursive: true, force: true });
  else await rename(retired, folder);
}

/** An earlier studio may still be at it; then it is not so old. */
async function isAbandoned(draft: string): Promise<boolean> {
  const { mtimeMs } = await lstat(draft);
  return Date.now() - mtimeMs > ABANDONED_MS;
}
