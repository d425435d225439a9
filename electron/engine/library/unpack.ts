/** Backups in ZIP archives, which come from anywhere: only what a library has is unpacked, and nothing leads out. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { leavesFolder } from '../../contract/pack.ts';
import { trackProgress } from '../../contract/progress.ts';
import { storageErrorCode } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { openRegular } from '../storage/regular-file.ts';
import { entryName, faultOfEntries, isPackedPlainly, openZip } from '../storage/zip-entries.ts';
import type { WorkOptions } from './backup.ts';
import { LIBRARY_FILES, LIBRARY_FOLDERS } from './folder.ts';

/** Unpacked. */
const MAX_BYTES = 1e12;

/**
 * Unpacks the archive of a backup into an empty folder.
 *
 * @throws StudioError `library-corrupt` for what is no archive of a library, or a damaged one, and what writing fails
 *   with
 */
export async function unpackLibrary(
  file: string,
  folder: string,
  { signal, onProgress }: WorkOptions,
): Promise<void> {
  const label = path.basename(file);
  const handle = await openRegular(file);
  try {
    const zip = await openZip(handle);
    const entries = await entriesOf(zip, label);
    const progress = trackProgress('import', entries.length, onProgress);
    for (const [name, entry] of entries) {
      throwIfCancelled(signal);
      const target = path.join(folder, name);
      await makeFolder(path.dirname(target), PRIVATE_FOLDER);
      await pipeline(
        // No more than this comes out of the archive: yauzl ends an entry at the size it names.
        await zip.openReadStreamPromise(entry),
        createWriteStream(target, { flags: 'wx', mode: PRIVATE_FILE }),
        { signal },
      );
      progress.advance();
    }
    progress.finish();
  } catch (thrown) {
    if (thrown instanceof StudioError || signal?.aborted || storageErrorCode(thrown)) throw thrown;
    throw unusable(label, 'is no ZIP archive, is damaged, or was not copied whole', thrown);
  } finally {
    await handle.close();
  }
}

/** The files of a library among those of an archive, by their names. */
async function entriesOf(zip: ZipFile, label: string): Promise<[string, Entry][]> {
  const all: Entry[] = [];
  for await (const entry of zip.eachEntry()) all.push(entry);
  const fault = faultOfEntries(all, zip, { most: MAX_BYTES, kind: 'picture' });
  if (fault !== null) throw unusable(label, fault);
  const found = all.flatMap((entry): [string, Entry][] => {
    const name = entryName(entry);
    return name !== null && isOfLibrary(name) && isReadable(entry) ? [[name, entry]] : [];
  });
  if (found.length > 0) return found;
  throw unusable(label, 'holds no library. Choose the archive that a backup became');
}

/** Whether a library has a file of that name; folders appear with what is in them. */
function isOfLibrary(name: string): boolean {
  if (name.endsWith('/') || leavesFolder(name)) return false;
  const [first = '', ...others] = name.split('/');
  return others.length > 0 ? LIBRARY_FOLDERS.includes(first) : LIBRARY_FILES.includes(first);
}

function isReadable(entry: Entry): boolean {
  return !entry.isEncrypted() && isPackedPlainly(entry);
}

function unusable(label: string, why: string, cause?: unknown): StudioError {
  return new StudioError('library-corrupt', `${label} ${why}. Nothing was changed.`, { cause });
}
