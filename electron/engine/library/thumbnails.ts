import { throwIfCancelled } from '../../contract/errors.ts';
import { isWholeWebp } from '../images/metadata/webp.ts';
import { readRegular } from '../storage/regular-file.ts';
import type { LibraryFolder } from './folder.ts';

/** Of portraits those whose thumbnails are gone, cut off or something else. */
export async function damagedThumbnails(
  ids: readonly string[],
  folder: LibraryFolder,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const damaged: string[] = [];
  for (const id of ids) {
    throwIfCancelled(signal);
    const isWhole = await readRegular(folder.thumbnail(id)).then(isWholeWebp, () => false);
    if (!isWhole) damaged.push(id);
  }
  return damaged;
}
