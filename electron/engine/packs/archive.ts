/** Packs in ZIP archives, which come from anywhere: what is looked at is the archive's own word against limits. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { StudioError } from '../../contract/errors.ts';
import { foldPath, leavesFolder, MAX_PACK_BYTES } from '../../contract/pack.ts';
import { storageErrorCode } from '../storage/errors.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';
import { openRegular } from '../storage/regular-file.ts';
import {
  entryName,
  faultOfEntries,
  isPackedPlainly,
  MAX_NAME_BYTES,
  openZip,
} from '../storage/zip-entries.ts';
import type { PackSource } from './pack-source.ts';

const MAX_ENTRIES = 10_000;

/**
 * Opens an archive. The pack may stand in it as it is or in a folder of it.
 *
 * @param marker the file of a pack that tells which folder it is
 * @throws StudioError `pack-not-a-pack` for what is no archive, is damaged, encrypted, packed in another way
 *   than by DEFLATE, or too large; `pack-path-escapes` for a name that leads out of a folder
 */
export async function openArchive(file: string, marker: string): Promise<PackSource> {
  const label = path.basename(file);
  const handle = await openRegular(file);
  try {
    const zip = await openZip(handle);
    const entries = await readEntries(zip, label);
    const prefix = folderOf(marker, [...entries.keys()], label);
    return {
      list: (folder) => Promise.resolve(namesIn(prefix + folder, [...entries.keys()])),
      read: async (name, most, signal) => {
        const entry = entries.get(prefix + name);
        if (!entry || entry.uncompressedSize > most) return undefined;
        return extract(zip, entry, (content) => buffer(content), label, signal);
      },
      copy: async (name, target, most, signal) => {
        const entry = entries.get(prefix + name);
        // No more than this comes out of the archive: yauzl ends an entry at the size it names.
        if (!entry || entry.uncompressedSize > most) return;
        // Nothing is ever written over.
        const write = (content: Readable) =>
          pipeline(content, createWriteStream(target, { flags: 'wx', mode: PRIVATE_FILE }), {
            signal,
          });
        await extract(zip, entry, write, label, signal);
      },
      close: () => handle.close(),
    };
  } catch (thrown) {
    await handle.close();
    if (thrown instanceof StudioError) throw thrown;
    throw refusal(label, 'is neither a folder nor a ZIP archive that can be read', thrown);
  }
}

/** Files by their names, each of which is there once on every file system. */
async function readEntries(zip: ZipFile, label: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const folded = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    if (zip.entriesRead > MAX_ENTRIES) throw refusal(label, `holds more than ${MAX_ENTRIES} files`);
    const name = nameOf(entry, label);
    if (name.endsWith('/')) continue;
    refuseUnreadable(entry, name, label);
    if (folded.has(foldPath(name))) {
      throw refusal(
        label,
        `holds two files "${name}", of which none can be told to be the right one`,
      );
    }
    folded.add(foldPath(name));
    entries.set(name, entry);
  }
  const fault = faultOfEntries([...entries.values()], zip, { most: MAX_PACK_BYTES, kind: 'pack' });
  if (fault !== null) throw refusal(label, fault);
  return entries;
}

/** As a path of names with forward slashes; one of a folder ends in one. */
function nameOf(entry: Entry, label: string): string {
  const name = entryName(entry);
  if (name === null) {
    throw refusal(label, `holds a file whose name has more than ${MAX_NAME_BYTES} bytes`);
  }
  if (leavesFolder(name)) {
    throw new StudioError(
      'pack-path-escapes',
      `${label} holds a file that would be put outside of its folder. Nothing was taken in.`,
    );
  }
  return path.posix.normalize(name.normalize('NFC'));
}

function refuseUnreadable(entry: Entry, name: string, label: string): void {
  if (entry.isEncrypted()) throw refusal(label, `is encrypted (at "${name}")`);
  if (!isPackedPlainly(entry)) {
    throw refusal(label, `is packed in a way that this studio does not read (at "${name}")`);
  }
}

/** The folder of the archive that the marker is in, with a slash behind it. */
function folderOf(marker: string, names: readonly string[], label: string): string {
  const depth = (name: string) => name.split('/').length;
  const found = names
    .filter((name) => path.posix.basename(name) === marker)
    .toSorted((a, b) => depth(a) - depth(b));
  const [first, other] = found;
  if (first === undefined) throw refusal(label, `holds no ${marker}`);
  if (other !== undefined && depth(other) === depth(first)) {
    throw refusal(label, 'holds more than one pack. Choose an archive of one');
  }
  return first.slice(0, -marker.length);
}

/** Names of the files that stand in a folder of the archive. */
function namesIn(folder: string, names: readonly string[]): string[] {
  const inside = path.posix.normalize(folder === '' ? '.' : folder).replace(/\/$/, '');
  return names
    .filter((name) => path.posix.dirname(name) === inside)
    .map((name) => path.posix.basename(name));
}

async function extract<T>(
  zip: ZipFile,
  entry: Entry,
  take: (content: Readable) => Promise<T>,
  label: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await take(await zip.openReadStreamPromise(entry));
  } catch (thrown) {
    if (signal?.aborted || storageErrorCode(thrown)) throw thrown;
    throw refusal(label, 'is damaged, or was not copied whole', thrown);
  }
}

function refusal(label: string, what: string, cause?: unknown): StudioError {
  return new StudioError(
    'pack-not-a-pack',
    `${label} ${what}. Nothing was taken in; get the archive again, or unpack it and take in its folder.`,
    { cause },
  );
}

/**
 * Names of the files in an archive.
 *
 * @throws StudioError as `openArchive` does
 */
export async function archiveNames(file: string): Promise<string[]> {
  const handle = await openRegular(file);
  try {
    return [...(await readEntries(await openZip(handle), path.basename(file))).keys()];
  } finally {
    await handle.close();
  }
}
