/** What is in a folder that was dropped on a window. */
import { StudioError } from '../../electron/contract/errors.ts';
import { strings } from '../strings.ts';

export const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry =>
  entry.isDirectory;
export const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/**
 * A browser tells a folder's entries in parts, of which the last is empty.
 *
 * @throws StudioError `file-not-found`
 */
export async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    ).catch(unreadable);
    if (part.length === 0) return found;
    found.push(...part);
  }
}

/** @throws StudioError `file-not-found` */
export const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject)).catch(unreadable);

function unreadable(cause: unknown): never {
  throw new StudioError('file-not-found', strings.models.notRead, { cause });
}
