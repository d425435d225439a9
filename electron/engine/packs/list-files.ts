import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PackManifest } from '../../contract/pack.ts';
import { filesBelow } from '../storage/files-below.ts';
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
    const hash = createHash('sha256');
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
    await chmod(file, PRIVATE_FILE);
    listed[name] = { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
  }
  return listed;
}
