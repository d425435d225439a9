import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { safeName } from '../../contract/file-name.ts';
import { writeError } from '../storage/errors.ts';

/** Files that windows send piece by piece. They end with the session at the latest. */
export class Uploads {
  readonly #files = new Map<string, string>();
  #spool: Promise<string> | undefined;

  /** Begins an empty file of this name, and answers its id. */
  async open(name: string): Promise<string> {
    const id = randomUUID();
    const folder = path.join(await this.#openSpool(), id);
    const file = path.join(folder, safeName(name));
    await mkdir(folder);
    await writeFile(file, '');
    this.#files.set(id, file);
    return id;
  }

  /** @throws StudioError `not-found`, `disk-full` */
  async append(id: string, bytes: Uint8Array): Promise<void> {
    try {
      await appendFile(this.#find(id), bytes);
    } catch (thrown) {
      throw writeError(thrown, 'The upload');
    }
  }

  /**
   * Does something with an uploaded file, which is gone afterwards, whatever came of it.
   *
   * @throws StudioError `not-found`, and what `work` throws
   */
  async use<T>(id: string, work: (file: string) => Promise<T>): Promise<T> {
    const file = this.#find(id);
    try {
      return await work(file);
    } finally {
      await this.drop(id);
    }
  }

  /** Removes an upload that is not needed any more. One that is gone already stays so. */
  async drop(id: string): Promise<void> {
    const file = this.#files.get(id);
    this.#files.delete(id);
    if (file !== undefined) await rm(path.dirname(file), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    this.#files.clear();
    if (this.#spool) await rm(await this.#spool, { recursive: true, force: true });
  }

  #find(id: string): string {
    const file = this.#files.get(id);
    if (file !== undefined) return file;
    throw new StudioError(
      'not-found',
      'That upload has ended. Nothing was changed; send it again.',
    );
  }

  #openSpool(): Promise<string> {
    this.#spool ??= mkdtemp(path.join(tmpdir(), 'clip-flow-uploads-'));
    return this.#spool;
  }
}
