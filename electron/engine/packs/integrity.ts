import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';

export interface VerifyOptions {
  signal?: AbortSignal | undefined;
  /** Task `verify-pack`, counted in bytes. */
  onProgress?: OnProgress | undefined;
}

/**
 * Checks size and SHA-256 of every file the manifest lists.
 *
 * @throws StudioError `pack-file-missing`, `pack-file-corrupt` or `pack-path-escapes` for the first bad file
 */
export async function verifyFiles(
  folder: string,
  { files }: PackManifest,
  { signal, onProgress }: VerifyOptions = {},
): Promise<void> {
  const total = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = trackProgress('verify-pack', total, onProgress);
  for (const [name, { bytes, sha256 }] of Object.entries(files)) {
    throwIfCancelled(signal);
    const file = await locate(folder, name);
    const { size } = await stat(file);
    if (size !== bytes) throw corrupt(name, `it has ${size} bytes, not ${bytes}`);
    if ((await hashOf(file, signal)) !== sha256) throw corrupt(name, 'its content was changed');
    progress.advance(bytes);
  }
  progress.finish();
}

/** The real path of a file, which a symbolic link must not have led out of the pack. */
async function locate(folder: string, name: string): Promise<string> {
  const root = await realpath(folder);
  const file = await realpath(path.join(root, name)).catch((cause: unknown) => {
    throw new StudioError(
      'pack-file-missing',
      `The pack's file "${name}" is missing. Get the pack again; nothing was loaded.`,
      { cause, details: { file: name } },
    );
  });
  if (!file.startsWith(root + path.sep)) {
    throw new StudioError(
      'pack-path-escapes',
      `The pack's file "${name}" is a link to a place outside the pack. Nothing was loaded.`,
      { details: { file: name } },
    );
  }
  return file;
}

async function hashOf(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

function corrupt(name: string, how: string): StudioError {
  return new StudioError(
    'pack-file-corrupt',
    `The pack's file "${name}" is damaged: ${how}. Get the pack again; nothing was loaded.`,
    { details: { file: name } },
  );
}
