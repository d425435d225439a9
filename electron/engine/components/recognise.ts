/** What a file or folder is that an artist brings, told by its name and by what is in it. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST_FILE } from '../../contract/pack.ts';
import { archiveNames } from '../packs/archive.ts';

export type Source =
  | { readonly kind: 'pack' }
  | { readonly kind: 'checkpoint'; readonly file: string }
  | { readonly kind: 'clip' }
  | { readonly kind: 'onnx'; readonly files: readonly string[] }
  /** Generators in an archive have to be unpacked first. */
  | { readonly kind: 'onnx-archive'; readonly names: readonly string[] };

const TOKENIZER_FILE = 'tokenizer.json';
const CHECKPOINT = /\.pkl$/i;
const ONNX = /\.onnx$/i;

/** What is none of the others is taken for a pack, which says why it is none. */
export async function recognise(source: string): Promise<Source> {
  if (CHECKPOINT.test(source)) return { kind: 'checkpoint', file: source };
  if (ONNX.test(source)) return { kind: 'onnx', files: [source] };
  const isFolder = await stat(source).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (isFolder) return recogniseFolder(source);
  const names = await archiveNames(source).catch((): string[] => []);
  if (holds(names, MANIFEST_FILE)) return { kind: 'pack' };
  if (holds(names, TOKENIZER_FILE)) return { kind: 'clip' };
  const graphs = names.filter((name) => ONNX.test(name));
  return graphs.length > 0 ? { kind: 'onnx-archive', names } : { kind: 'pack' };
}

async function recogniseFolder(folder: string): Promise<Source> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.includes(MANIFEST_FILE)) return { kind: 'pack' };
  if (names.includes(TOKENIZER_FILE)) return { kind: 'clip' };
  const graphs = names.filter((name) => ONNX.test(name));
  if (graphs.length > 0) {
    return { kind: 'onnx', files: graphs.toSorted().map((name) => path.join(folder, name)) };
  }
  const [checkpoint, ...others] = names.filter((name) => CHECKPOINT.test(name));
  if (checkpoint === undefined || others.length > 0) return { kind: 'pack' };
  return { kind: 'checkpoint', file: path.join(folder, checkpoint) };
}

function holds(names: readonly string[], file: string): boolean {
  return names.some((name) => path.posix.basename(name) === file);
}
