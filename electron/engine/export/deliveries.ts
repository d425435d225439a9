import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Delivery, Destination } from '../../contract/delivery.ts';
import { StudioError } from '../../contract/errors.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';
import { remove } from '../storage/remove.ts';
import { type ArchiveOptions, writeArchive } from './archive.ts';
import { TemporaryFolder, temporaryFolderError } from '../storage/temporary-folder.ts';

/** What a download is read in: few round trips, and little of it in memory at once. */
const CHUNK_BYTES = 4 << 20;

/** Exports into a folder of the artist's, or into one file that is fetched piece by piece. */
export class Deliveries {
  readonly #downloads = new Map<string, string>();
  readonly #temporary = new TemporaryFolder('downloads');

  /**
   * @param name what a download is called, without extension, when it has to become an archive
   * @param produce writes into the folder it is given, and says which files or folders it wrote
   */
  async deliver(
    destination: Destination,
    name: string,
    produce: (folder: string) => Promise<string[]>,
    options: Omit<ArchiveOptions, 'mode'> = {},
  ): Promise<Delivery> {
    if (destination.kind === 'folder') {
      return { kind: 'files', files: await produce(path.resolve(destination.folder)) };
    }
    const id = randomUUID();
    const folder = await this.#temporary.folder(id);
    try {
      const archive = path.join(folder, `${name}.zip`);
      const file = await asOneFile(await produce(folder), archive, options);
      this.#downloads.set(id, file);
      const { size } = await stat(file);
      return { kind: 'download', id, name: path.basename(file), bytes: size };
    } catch (thrown) {
      await remove(folder);
      throw temporaryFolderError(thrown);
    }
  }

  /** @throws StudioError `not-found` */
  async read(id: string, offset: number): Promise<Uint8Array<ArrayBuffer>> {
    const file = this.#downloads.get(id);
    if (file === undefined) {
      throw new StudioError('not-found', 'That download has ended. Export again.');
    }
    const handle = await open(file);
    try {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, offset);
      return chunk.slice(0, bytesRead);
    } finally {
      await handle.close();
    }
  }

  /** Removes what was not fetched. */
  async close(): Promise<void> {
    this.#downloads.clear();
    await this.#temporary.close();
  }
}

/** The only file as it is; several, or a folder, as an archive. */
async function asOneFile(
  written: readonly string[],
  archive: string,
  options: Omit<ArchiveOptions, 'mode'>,
): Promise<string> {
  const [only] = written;
  if (written.length === 1 && only !== undefined && (await stat(only)).isFile()) return only;
  await writeArchive(written, archive, { ...options, mode: PRIVATE_FILE });
  return archive;
}
