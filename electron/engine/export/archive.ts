import { stat } from 'node:fs/promises';
import path from 'node:path';
import { keysOf, STILL_FORMATS } from '../../contract/formats.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { filesBelow } from '../storage/files-below.ts';
import { bytesOf, type FileToZip, writeZip } from '../storage/write-zip.ts';

/** Compressed as they are. */
const PICTURES: readonly string[] = keysOf(STILL_FORMATS).map(
  (format) => STILL_FORMATS[format].extension,
);

/** Every user of the machine may read it, as far as the umask goes. */
export const SHARED_FILE = 0o666;

export interface ArchiveOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly mode: number;
}

/**
 * Packs files and folders into a ZIP archive, each under its own name.
 *
 * @param archive where no file is yet
 */
export async function writeArchive(
  roots: readonly string[],
  archive: string,
  { signal, mode, onProgress }: ArchiveOptions,
): Promise<void> {
  const files = (await Promise.all(roots.map(filesIn))).flat();
  const progress = trackProgress('pack', await bytesOf(files), onProgress);
  await writeZip(files, archive, { signal, mode, onBytes: (bytes) => progress.advance(bytes) });
  progress.finish();
}

async function filesIn(root: string): Promise<FileToZip[]> {
  const files = (await stat(root)).isFile() ? [root] : (await filesBelow(root)).files;
  return files.map((file) => ({
    file,
    name: path.relative(path.dirname(root), file).split(path.sep).join('/'),
    compress: !PICTURES.includes(path.extname(file).toLowerCase()),
  }));
}
