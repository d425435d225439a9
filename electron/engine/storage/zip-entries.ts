/** What a ZIP archive says of its files, which come from anywhere, against what can be. */
import type { FileHandle } from 'node:fs/promises';
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';

/** Longest name of a file, with its folders. */
export const MAX_NAME_BYTES = 1_024;
/** Weights and pictures hardly shrink, text shrinks to a tenth. What holds more than this times its size is a bomb. */
const MAX_RATIO = 100;
/** Below this the ratio does not matter: it fits on any disk. */
const SMALL_BYTES = 100_000_000;
/** Of an entry in front of its name. */
const LOCAL_HEADER_BYTES = 30;
const [STORED, DEFLATED] = [0, 8];

/** Opens the archive in a file, which is to stay open as long as it is read. Rejects for what is none. */
export async function openZip({ fd }: FileHandle): Promise<ZipFile> {
  const zip = await fromFdPromise(fd, { decodeStrings: false });
  // What goes wrong is told by the call that meets it.
  zip.on('error', () => undefined);
  return zip;
}

/** Its path with forward slashes, as it stands there; one of a folder ends in one. Null for one that is too long. */
export function entryName({
  generalPurposeBitFlag,
  fileNameRaw,
  extraFields,
}: Entry): string | null {
  if (fileNameRaw.length > MAX_NAME_BYTES) return null;
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

/** Whether it is packed in a way that is read. */
export function isPackedPlainly({ compressionMethod }: Entry): boolean {
  return compressionMethod === STORED || compressionMethod === DEFLATED;
}

/**
 * What entries say together that cannot be, in words that follow the name of their archive; null where all is well.
 *
 * @param most bytes of all of them, unpacked
 * @param kind what is packed there
 */
export function faultOfEntries(
  entries: readonly Entry[],
  { fileSize }: ZipFile,
  { most, kind }: { most: number; kind: 'pack' | 'picture' },
): string | null {
  if (promisesTooMuch(entries, fileSize, most)) {
    return `would become far too large: no ${kind} shrinks as much as it says it did`;
  }
  if (lieOverOneAnother(entries, fileSize)) {
    return 'is damaged: some of its files lie over one another';
  }
  return null;
}

/** Whether entries promise far more than their archive can hold, or more than is wanted at all. */
function promisesTooMuch(
  entries: readonly Entry[],
  archiveBytes: number,
  mostBytes: number,
): boolean {
  const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  return total > Math.min(mostBytes, Math.max(SMALL_BYTES, MAX_RATIO * archiveBytes));
}

/** Whether entries share bytes. */
function lieOverOneAnother(entries: readonly Entry[], archiveBytes: number): boolean {
  const byPlace = entries.toSorted((a, b) => startOf(a) - startOf(b));
  return byPlace.some((entry, i) => {
    const end = startOf(entry) + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
    const next = byPlace[i + 1];
    return end > (next ? startOf(next) : archiveBytes);
  });
}

const startOf = ({ relativeOffsetOfLocalHeader }: Entry): number => relativeOffsetOfLocalHeader;
