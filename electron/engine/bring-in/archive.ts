/** Pictures in ZIP archives. Nothing of one is written anywhere under its own name. */
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Entry, ZipFile } from 'yauzl';
import { isPicturePath } from '../../contract/bring-in.ts';
import { StudioError } from '../../contract/errors.ts';
import { leavesFolder } from '../../contract/pack.ts';
import { storageErrorCode } from '../storage/errors.ts';
import { openRegular } from '../storage/regular-file.ts';
import { entryName, faultOfEntries, isPackedPlainly, openZip } from '../storage/zip-entries.ts';
import { faultAt, type Offer, type OfferedPicture, requireSize } from './offered.ts';

const MAX_ENTRIES = 200_000;
/** Unpacked, one picture after the other. */
const MAX_BYTES = 1e12;
/** POSIX: what kind of file an entry was, in the upper half of what the archive says of its rights. */
const [KIND, LINK] = [0o170000, 0o120000];

/** An archive that cannot be trusted as a whole is told as one thing that cannot be read. */
export async function offerArchive(file: string): Promise<Offer> {
  const label = path.basename(file);
  const handle = await openRegular(file);
  const close = () => handle.close();
  try {
    const zip = await openZip(handle);
    return { ...sort(await readEntries(zip, label), zip, label), close };
  } catch (thrown) {
    if (thrown instanceof StudioError || storageErrorCode(thrown) === null) {
      const error = thrown instanceof StudioError ? thrown : damaged(label, thrown);
      return { pictures: [], unreadable: [faultAt(label, error)], passedOver: 0, close };
    }
    await close();
    throw thrown;
  }
}

async function readEntries(zip: ZipFile, label: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (zip.entriesRead > MAX_ENTRIES)
      throw unusable(label, `holds more than ${MAX_ENTRIES} files`);
    entries.push(entry);
  }
  const fault = faultOfEntries(entries, zip, { most: MAX_BYTES, kind: 'picture' });
  if (fault !== null) throw unusable(label, fault);
  return entries;
}

/** Which entries are pictures, and what of them is said without reading them. */
function sort(entries: readonly Entry[], zip: ZipFile, label: string): Omit<Offer, 'close'> {
  const pictures: OfferedPicture[] = [];
  const unreadable: Offer['unreadable'][number][] = [];
  let passedOver = 0;
  for (const entry of entries) {
    const name = entryName(entry);
    if (name?.endsWith('/')) continue;
    const fault = faultOf(entry, name, label);
    if (fault) unreadable.push(faultAt(name ?? label, fault));
    else if (name !== null && isPicturePath(name)) {
      pictures.push({ name: name.normalize('NFC'), read: () => extract(zip, entry, name) });
    } else passedOver += 1;
  }
  return { pictures, unreadable, passedOver };
}

function faultOf(entry: Entry, name: string | null, label: string): StudioError | null {
  if (name === null) return unusable(label, 'holds a file whose name is too long');
  if (leavesFolder(name)) return unusable(name, 'has a name that leads out of its archive');
  if (((entry.externalFileAttributes >>> 16) & KIND) === LINK) {
    return unusable(name, 'is a link to another file, and no picture');
  }
  if (!isPicturePath(name)) return null;
  if (entry.isEncrypted()) return unusable(name, 'is encrypted');
  return isPackedPlainly(entry) ? null : unusable(name, 'is packed in a way that is not read here');
}

async function extract(zip: ZipFile, entry: Entry, name: string): Promise<Uint8Array> {
  requireSize(name, entry.uncompressedSize);
  try {
    // No more than this comes out of the archive: yauzl ends an entry at the size it names.
    return await buffer(await zip.openReadStreamPromise(entry));
  } catch (thrown) {
    if (storageErrorCode(thrown)) throw thrown;
    throw damaged(name, thrown);
  }
}

function damaged(what: string, cause: unknown): StudioError {
  return unusable(what, 'is damaged, or was not copied whole', cause);
}

function unusable(what: string, why: string, cause?: unknown): StudioError {
  return new StudioError('picture-unreadable', `${what} ${why}. It was left out.`, { cause });
}
