/** What an artist brings of models: one file, or a folder of them. */
import { StudioError } from '../../electron/contract/errors.ts';
import { strings } from '../strings.ts';
import { entriesOf, fileOf, isFile, isFolder } from './folder-entries.ts';

export interface ModelFiles {
  readonly name: string;
  /** `path` is where a file lies in its folder; of a file alone there is none. */
  readonly files: readonly { readonly file: File; readonly path?: string }[];
}

/** The engine takes no more files of a folder. */
const MAX_FILES = 1_000;
const MODEL = /\.(zip|pkl|onnx)$|^(pack|tokenizer)\.json$/i;
/** Weights for other programs, which can be larger than all that is read. */
const FOR_OTHERS = /(^pytorch_model.*\.bin|\.safetensors|\.h5|\.msgpack|\.ckpt|\.pt|\.pth)$/i;

/** Whether something that was dropped anywhere is meant as a model, and not as a picture. */
export function isModel({ files }: ModelFiles): boolean {
  return files.some(({ file }) => MODEL.test(file.name));
}

/** What was chosen with an input: a file, several that belong together, or a folder. Null for nothing. */
export function modelOf(files: readonly File[]): ModelFiles | null {
  const [first, ...others] = files;
  if (!first) return null;
  const [folder] = first.webkitRelativePath.split('/');
  if (folder) {
    const paths = files.map((file) => {
      return { file, path: file.webkitRelativePath.slice(folder.length + 1) };
    });
    return folderOf(folder, paths);
  }
  if (others.length === 0) return { name: first.name, files: [{ file: first }] };
  return folderOf(
    first.name,
    files.map((file) => ({ file, path: file.name })),
  );
}

/** What a drop brings. It has to be asked for while the drop is being told, before anything is awaited. */
export function dropped({ items, files }: DataTransfer): Promise<ModelFiles | null> {
  const entry = items.length === 1 ? items[0]?.webkitGetAsEntry() : null;
  if (entry && isFolder(entry)) return readFolder(entry);
  return Promise.resolve(modelOf([...files]));
}

async function readFolder(folder: FileSystemDirectoryEntry): Promise<ModelFiles> {
  const files: { file: File; path: string }[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const entry of await entriesOf(next)) {
      const path = entry.fullPath.slice(folder.fullPath.length + 1);
      if (isFolder(entry)) waiting.push(entry);
      else if (isFile(entry) && isNeeded(path)) files.push({ file: await fileOf(entry), path });
      if (files.length + waiting.length > MAX_FILES) throw tooMany();
    }
  }
  return folderOf(folder.name, files);
}

function folderOf(name: string, files: readonly { file: File; path: string }[]): ModelFiles {
  const needed = files.filter(({ path }) => isNeeded(path));
  if (needed.length > MAX_FILES) throw tooMany();
  const normal = needed.map(({ file, path }) => ({ file, path: path.normalize('NFC') }));
  return { name, files: normal.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Neither hidden, as what downloads leave behind, nor for another program. */
function isNeeded(path: string): boolean {
  return !path.split('/').some((name) => name.startsWith('.')) && !FOR_OTHERS.test(path);
}

function tooMany(): StudioError {
  return new StudioError('too-many-files', strings.models.tooManyFiles(MAX_FILES));
}
