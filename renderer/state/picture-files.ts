/** Pictures, folders of them and ZIP archives that an artist offers to the library. */
import { isPicturePath } from '../../electron/contract/bring-in.ts';
import { safeName } from '../../electron/contract/file-name.ts';
import { entriesOf, fileOf, isFile, isFolder } from './folder-entries.ts';

/** A picture or an archive, and where it lies in what was offered. */
export interface PictureFile {
  readonly file: File;
  readonly path: string;
}

export const isArchive = ({ path }: PictureFile): boolean => /\.zip$/i.test(path);

/** What was chosen with an input. Of a folder what is called like no picture is left out. */
export function chosenPictures(files: readonly File[]): PictureFile[] {
  return files
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ file, path }) => file.webkitRelativePath === '' || isWanted(path));
}

/** The same of a drop. It has to be asked for while the drop is being told, before anything is awaited. */
export async function droppedPictures({ items, files }: DataTransfer): Promise<PictureFile[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry());
  const loose = chosenPictures([...files]).filter((_, index) => !entries[index]?.isDirectory);
  const folders = entries.filter((entry) => entry !== null).filter(isFolder);
  const inside = await Promise.all(folders.map(picturesIn));
  return [...loose, ...inside.flat()];
}

async function picturesIn(root: FileSystemDirectoryEntry): Promise<PictureFile[]> {
  const found: PictureFile[] = [];
  const waiting = [root];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const entry of await entriesOf(folder)) {
      const path = entry.fullPath.slice(1);
      if (isFolder(entry)) waiting.push(entry);
      else if (isFile(entry) && isWanted(path)) found.push({ file: await fileOf(entry), path });
    }
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const isWanted = (path: string): boolean => isPicturePath(path) || /\.zip$/i.test(path);

/** So much is sent at once: what was sent and is not kept yet lies on the disk a second time. */
const MAX_FILES = 100;
const MAX_BYTES = 200e6;

/** Files that are sent together: an archive alone, and pictures in lots. */
export function lotsOf(files: readonly PictureFile[]): PictureFile[][] {
  const lots: PictureFile[][] = [];
  let bytes = 0;
  for (const one of files) {
    const lot = lots.at(-1);
    const [first] = lot ?? [];
    const hasRoom = lot && lot.length < MAX_FILES && bytes + one.file.size <= MAX_BYTES;
    if (hasRoom && first && !isArchive(first) && !isArchive(one)) {
      lot.push(one);
      bytes += one.file.size;
    } else {
      lots.push([one]);
      bytes = one.file.size;
    }
  }
  return lots;
}

/** Where a picture of a lot is sent to: under a name that every disk takes, told from others by its number. */
export function pathInLot({ path }: PictureFile, index: number): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = /\.\w{1,5}$/.exec(name)?.[0] ?? '';
  return `${index}/${safeName(name.slice(0, name.length - extension.length))}${extension}`;
}

/** What the artist calls a picture that the engine names. */
export function pathOf(lot: readonly PictureFile[], name: string): string {
  const [first] = lot;
  if (first && isArchive(first)) return `${first.path}: ${name}`;
  return lot[Number(name.split('/')[0])]?.path ?? name;
}
