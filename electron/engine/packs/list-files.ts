import { chmod, open } from 'node:fs/promises';
import path from 'node:path';
import type { PackManifest } from '../../contract/pack.ts';
import { filesBelow } from '../storage/files-below.ts';
import { hashFile } from '../storage/hash-file.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';

/** Size and hash of every file in the draft of a pack or a component, which are its owner's alone from then on. */
export async function listFiles(
  draft: string,
  signal: AbortSignal | undefined,
): Promise<PackManifest['files']> {
  const { files } = await filesBelow(draft);
  const listed: PackManifest['files'] = {};
  for (const file of files.toSorted()) {
    const name = path.relative(draft, file).split(path.sep).join('/');
    const handle = await open(file);
    try {
      listed[name] = { sha256: await hashFile(handle, signal), bytes: (await handle.stat()).size };
    } finally {
      await handle.close();
    }
    await chmod(file, PRIVATE_FILE);
  }
  return listed;
}
