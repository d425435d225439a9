import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { safeName } from '../../contract/file-name.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from './make-folder.ts';
import { remove } from './remove.ts';
import { TemporaryFolder, temporaryFolderError } from './temporary-folder.ts';

/** How many files may wait at once, and how much of them: they fill the disk of who left them there. */
const MAX_WAITING = 16;
const MAX_WAITING_BYTES = 8e9;

/** How many files a folder may have. */
const MAX_FILES = 1_000;

interface Upload {
  readonly file: string;
  /** Of a folder the files in it so far; null for a file. */
  readonly paths: Set<string> | null;
  bytes: number;
}

/** Files and folders that windows send piece by piece. They end with the session at the latest. */
export class Uploads {
  readonly #files = new Map<string, Upload>();
  readonly #temporary = new TemporaryFolder('uploads');
  #opening = 0;

  /**
   * Begins an empty file or folder of this name, and answers its id.
   *
   * @throws StudioError `too-many-requests`
   */
  async open(name: string, isFolder = false): Promise<string> {
    if (this.#files.size + this.#opening >= MAX_WAITING) throw tooMany();
    const id = randomUUID();
    this.#opening += 1;
    try {
      const file = path.join(await this.#temporary.folder(id), safeName(name));
      await inTemporaryFolder(
        isFolder ? mkdir(file, PRIVATE_FOLDER) : writeFile(file, '', { mode: PRIVATE_FILE }),
      );
      this.#files.set(id, { file, paths: isFolder ? new Set() : null, bytes: 0 });
    } finally {
      this.#opening -= 1;
    }
    return id;
  }

  /**
   * @param within path of a file in a folder, checked by who calls; of a file nothing
   * @throws StudioError `not-found`, `invalid-argument`, `too-many-requests`, `disk-full`
   */
  async append(id: string, bytes: Uint8Array, within?: string): Promise<void> {
    const upload = this.#find(id);
    const file = fileOf(upload, within);
    const waiting = this.#files.values().reduce((sum, { bytes }) => sum + bytes, 0);
    if (waiting + bytes.byteLength > MAX_WAITING_BYTES) throw tooMany();
    upload.bytes += bytes.byteLength;
    await inTemporaryFolder(mkdir(path.dirname(file), { recursive: true, mode: PRIVATE_FOLDER }));
    await inTemporaryFolder(appendFile(file, bytes, { mode: PRIVATE_FILE }));
  }

  /**
   * Does something with what was uploaded, which is gone afterwards, whatever came of it.
   *
   * @throws StudioError `not-found`, and what `work` throws
   */
  async use<T>(id: string, work: (file: string) => Promise<T>): Promise<T> {
    const { file } = this.#find(id);
    try {
      return await work(file);
    } finally {
      await this.drop(id);
    }
  }

  /** Removes an upload that is not needed any more. One that is gone already stays so. */
  async drop(id: string): Promise<void> {
    const upload = this.#files.get(id);
    this.#files.delete(id);
    if (upload) await remove(path.dirname(upload.file));
  }

  async close(): Promise<void> {
    this.#files.clear();
    await this.#temporary.close();
  }

  #find(id: string): Upload {
    const upload = this.#files.get(id);
    if (upload) return upload;
    throw new StudioError(
      'not-found',
      'That upload has ended. Nothing was changed; send it again.',
    );
  }
}

function fileOf({ file, paths }: Upload, within: string | undefined): string {
  if ((paths === null) !== (within === undefined)) {
    const what = paths
      ? 'a folder, and needs the path of a file in it'
      : 'a file, and has no paths';
    throw new StudioError('invalid-argument', `The upload is ${what}. Nothing was added.`);
  }
  if (!paths || within === undefined) return file;
  if (!paths.has(within) && paths.size >= MAX_FILES) throw tooMany();
  paths.add(within);
  return path.join(file, within);
}

/** What fails there is told of the temporary folder. */
async function inTemporaryFolder(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    throw temporaryFolderError(thrown);
  }
}

function tooMany(): StudioError {
  return new StudioError(
    'too-many-requests',
    `Only ${MAX_WAITING} files with ${MAX_WAITING_BYTES / 1e9} GB in all are taken in at once. ` +
      'Nothing more was; wait until those under way are done, or close other windows of the studio.',
  );
}
