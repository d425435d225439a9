/** ZIP archives of files that lie on the disk. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ZipFile } from 'yazl';

export interface FileToZip {
  readonly file: string;
  /** Its path in the archive, with `/` between folders. */
  readonly name: string;
  /** Pictures are compressed as they are. */
  readonly compress: boolean;
}

interface ZipOptions {
  readonly signal?: AbortSignal | undefined;
  /** Who may read the archive, as far as the umask goes. */
  readonly mode: number;
  /** Hears of every piece that was written. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** How many bytes files have together. */
export async function bytesOf(files: readonly FileToZip[]): Promise<number> {
  let bytes = 0;
  for (const { file } of files) bytes += (await stat(file)).size;
  return bytes;
}

/** @param archive where no file is yet */
export async function writeZip(
  files: readonly FileToZip[],
  archive: string,
  { signal, mode, onBytes }: ZipOptions,
): Promise<void> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  // A file that changes meanwhile is told here, and would end the process if nobody heard.
  zip.on('error', (error) => output.destroy(error));
  for (const { file, name, compress } of files) zip.addFile(file, name, { compress });
  zip.end();
  await pipeline(
    output,
    async function* (pieces) {
      for await (const piece of pieces) {
        onBytes?.(z.instanceof(Uint8Array).parse(piece).length);
        yield piece;
      }
    },
    createWriteStream(archive, { flags: 'wx', mode }),
    { signal },
  );
}
