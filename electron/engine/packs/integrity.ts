import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { type OnProgress, type ProgressTracker, trackProgress } from '../../contract/progress.ts';
import { storageErrorCode } from '../storage/errors.ts';
import { hashFile } from '../storage/hash-file.ts';
import { NotAFileError, openRegular } from '../storage/regular-file.ts';

export interface VerifyOptions {
  signal?: AbortSignal | undefined;
  /** Task `verify-pack`, counted in bytes. */
  onProgress?: OnProgress | undefined;
}

/** The files that a manifest lists. Size and SHA-256 of each are checked once. */
export class ListedFiles {
  readonly #folder: string;
  readonly #files: PackManifest['files'];
  readonly #signal: AbortSignal | undefined;
  readonly #progress: ProgressTracker;
  readonly #verified = new Set<string>();

  constructor(
    folder: string,
    { files }: Pick<PackManifest, 'files'>,
    { signal, onProgress }: VerifyOptions = {},
  ) {
    this.#folder = folder;
    this.#files = files;
    this.#signal = signal;
    const total = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
    this.#progress = trackProgress('verify-pack', total, onProgress);
  }

  /**
   * Checks some of the files.
   *
   * @param names those that the manifest does not list are passed over: nobody reads them
   * @throws StudioError `pack-file-missing`, `pack-file-corrupt` or `pack-path-escapes` for the first bad file
   */
  async verify(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      const listed = this.#files[name];
      if (listed === undefined || this.#verified.has(name)) continue;
      throwIfCancelled(this.#signal);
      const file = await locate(this.#folder, name);
      const { bytes, sha256 } = await sizeAndHash(file, name, this.#signal);
      if (bytes !== listed.bytes) throw corrupt(name, `it has ${bytes} bytes, not ${listed.bytes}`);
      if (sha256 !== listed.sha256) throw corrupt(name, 'its content was changed');
      this.#verified.add(name);
      this.#progress.advance(bytes);
    }
  }

  /** Checks all of them; throws as `verify` does. */
  async verifyAll(): Promise<void> {
    await this.verify(Object.keys(this.#files));
    this.#progress.finish();
  }
}

/** Checks every file that a manifest lists; throws as `ListedFiles.verify` does. */
export async function verifyFiles(
  folder: string,
  manifest: Pick<PackManifest, 'files'>,
  options: VerifyOptions = {},
): Promise<void> {
  await new ListedFiles(folder, manifest, options).verifyAll();
}

/** The real path of a file, which a symbolic link must not have led out of the pack. */
async function locate(folder: string, name: string): Promise<string> {
  const root = await realpath(folder);
  const file = await realpath(path.join(root, name)).catch((cause: unknown) => {
    if (storageErrorCode(cause) === 'access-denied') throw unreadable(name, cause);
    throw new StudioError(
      'pack-file-missing',
      `The model's file "${name}" is missing. Get the model again; nothing was loaded.`,
      { cause, details: { file: name } },
    );
  });
  if (!file.startsWith(root + path.sep)) {
    throw new StudioError(
      'pack-path-escapes',
      `The model's file "${name}" is a link to a place outside the model's folder. Nothing was loaded.`,
      { details: { file: name } },
    );
  }
  return file;
}

async function sizeAndHash(
  file: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ bytes: number; sha256: string }> {
  try {
    const handle = await openRegular(file);
    try {
      const { size: bytes } = await handle.stat();
      return { bytes, sha256: await hashFile(handle, signal) };
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (thrown instanceof NotAFileError) throw corrupt(name, 'it is no file', thrown);
    if (storageErrorCode(thrown) === 'access-denied') throw unreadable(name, thrown);
    throw thrown;
  }
}

function unreadable(name: string, cause: unknown): StudioError {
  return new StudioError(
    'access-denied',
    `The model's file "${name}" may not be read. Nothing was loaded; allow reading it and try again.`,
    { cause, details: { file: name } },
  );
}

function corrupt(name: string, how: string, cause?: unknown): StudioError {
  return new StudioError(
    'pack-file-corrupt',
    `The model's file "${name}" is damaged: ${how}. Get the model again; nothing was loaded.`,
    { cause, details: { file: name } },
  );
}
