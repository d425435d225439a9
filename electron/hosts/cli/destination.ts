import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeError } from '../../engine/storage/errors.ts';

/**
 * Tries whether a folder, made if need be, takes files. Asked before the work, so that a refusal comes at
 * once and not after all was drawn.
 *
 * @throws StudioError `access-denied`, `disk-full`, `file-not-found`, or `file-exists` for a file of that name
 */
export async function requireWritable(folder: string): Promise<void> {
  const probe = path.join(folder, `.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (thrown) {
    throw writeError(thrown, path.resolve(folder));
  }
}
