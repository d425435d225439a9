import { leavesFolder } from '../../contract/pack.ts';
import { type ByteSource, rangeOf } from './byte-source.ts';
import { invalidCheckpoint } from './refusal.ts';

/** A file of an archive as it lies there. */
export interface StoredFile extends ByteSource {
  /** Where it begins in the archive. */
  readonly at: number;
}

const LOCAL_HEADER = { mark: 0x04034b50, bytes: 30 };
const ENTRY = { mark: 0x02014b50, bytes: 46 };
const END = { mark: 0x06054b50, bytes: 22 };
/** One storage, its pickle and a few notes. */
const MAX_FILES = 64;
const MAX_DIRECTORY_BYTES = 65_536;
const STORED = 0;

export async function isZip(source: ByteSource): Promise<boolean> {
  if (source.size < 4) return false;
  return dataView(await source.read(0, 4)).getUint32(0, true) === LOCAL_HEADER.mark;
}

/**
 * The files of an archive as PyTorch writes it, by their names below its one folder: nothing compressed, no
 * comment at its end (PKWARE's APPNOTE, §4.3).
 *
 * @throws StudioError `checkpoint-invalid` for every other archive
 */
export async function readStoredZip(source: ByteSource): Promise<Map<string, StoredFile>> {
  if (source.size < END.bytes) throw malformedArchive();
  const end = dataView(await source.read(source.size - END.bytes, END.bytes));
  const [count, size, at] = [
    end.getUint16(10, true),
    end.getUint32(12, true),
    end.getUint32(16, true),
  ];
  if (end.getUint32(0, true) !== END.mark) throw malformedArchive();
  if (count > MAX_FILES || size > MAX_DIRECTORY_BYTES) throw malformedArchive();
  const directory = dataView(await source.read(at, size));
  const files = new Map<string, StoredFile>();
  let position = 0;
  for (let i = 0; i < count; i += 1) {
    const entry = readEntry(directory, position);
    position = entry.end;
    files.set(entry.name, await locate(source, entry));
  }
  return files;
}

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly header: number;
  /** Where the next one begins in the directory. */
  readonly end: number;
}

function readEntry(directory: DataView, at: number): Entry {
  if (at + ENTRY.bytes > directory.byteLength) throw malformedArchive();
  const u16 = (byte: number) => directory.getUint16(at + byte, true);
  const u32 = (byte: number) => directory.getUint32(at + byte, true);
  const nameEnd = at + ENTRY.bytes + u16(28);
  const end = nameEnd + u16(30) + u16(32);
  if (u32(0) !== ENTRY.mark || end > directory.byteLength) throw malformedArchive();
  const name = Buffer.from(directory.buffer, at + ENTRY.bytes, u16(28)).toString('utf8');
  const isCompressed = u16(10) !== STORED || u32(20) !== u32(24);
  if (isCompressed || leavesFolder(name)) throw malformedArchive();
  return { name: name.slice(name.indexOf('/') + 1), size: u32(24), header: u32(42), end };
}

async function locate(source: ByteSource, entry: Entry): Promise<StoredFile> {
  const header = dataView(await source.read(entry.header, LOCAL_HEADER.bytes));
  if (header.getUint32(0, true) !== LOCAL_HEADER.mark) throw malformedArchive();
  const names = header.getUint16(26, true) + header.getUint16(28, true);
  const at = entry.header + LOCAL_HEADER.bytes + names;
  return { at, ...rangeOf(source, at, entry.size) };
}

function dataView(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformedArchive(): Error {
  return invalidCheckpoint('holds an archive that PyTorch does not write');
}
