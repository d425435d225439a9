import type { FileHandle } from 'node:fs/promises';
import { readError } from '../storage/errors.ts';
import { openRegular } from '../storage/regular-file.ts';
import { type ByteSource, cutOff, requireRange } from './byte-source.ts';
import { invalidCheckpoint } from './refusal.ts';

/** What tells that a file is the one that was opened, as it was then. */
interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file that stays open and is read by ranges. */
export class CheckpointFile implements ByteSource {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #stamp: Stamp;

  private constructor(file: string, handle: FileHandle, stamp: Stamp) {
    this.#file = file;
    this.#handle = handle;
    this.#stamp = stamp;
  }

  /** @throws StudioError for what cannot be opened or is no file */
  static async open(file: string): Promise<CheckpointFile> {
    try {
      const handle = await openRegular(file);
      return new CheckpointFile(file, handle, await handle.stat());
    } catch (thrown) {
      throw readError(thrown, file);
    }
  }

  get size(): number {
    return this.#stamp.size;
  }

  async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    requireRange(this.size, at, length);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.#handle
        .read(bytes, done, length - done, at + done)
        .catch((thrown: unknown) => {
          throw readError(thrown, this.#file);
        });
      if (bytesRead === 0) throw cutOff();
      done += bytesRead;
    }
    return bytes;
  }

  /**
   * To be asked after reading, before what was read is trusted.
   *
   * @throws StudioError `checkpoint-invalid` when the file was written to since it was opened
   */
  async requireUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size !== this.#stamp.size || mtimeMs !== this.#stamp.mtimeMs) {
      throw invalidCheckpoint('was changed by another program while it was read');
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
