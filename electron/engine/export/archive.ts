import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { keysOf, STILL_FORMATS } from '../../contract/formats.ts';
import { filesBelow } from '../storage/files-below.ts';

/** Compressed as they are. */
const PICTURES: readonly string[] = keysOf(STILL_FORMATS).map(
  (format) => STILL_FORMATS[format].extension,
);

/** Every user of the machine may read it, as far as the umask goes. */
export const SHARED_FILE = 0o666;

/**
 * Packs files and folders into a ZIP archive, each under its own name.
 *
 * @param archive where no file is yet
 */
export async function writeArchive(
  roots: readonly string[],
  archive: string,
  { signal, mode }: { signal?: AbortSignal | undefined; mode: number },
): Promise<void> {
  const zip = new ZipFile();
  // A file that changes meanwhile is told here, and would end the process if nobody heard.
  zip.on('error', (error) => (zip.outputStream as Readable).destroy(error));
  for (const root of roots) {
    for (const file of await filesIn(root)) {
      const name = path.relative(path.dirname(root), file).split(path.sep).join('/');
      zip.addFile(file, name, { compress: !PICTURES.includes(path.extname(file).toLowerCase()) });
    }
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(archive, { flags: 'wx', mode }), { signal });
}

async function filesIn(root: string): Promise<readonly string[]> {
  return (await stat(root)).isFile() ? [root] : (await filesBelow(root)).files;
}
