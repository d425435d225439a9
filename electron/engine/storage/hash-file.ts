import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { throwIfCancelled } from '../../contract/errors.ts';

const CHUNK = 1 << 20;

/**
 * SHA-256 of a file from where it stands, in hex. Every part is read over the one before: a stream makes garbage of
 * all that passes through.
 *
 * @throws StudioError `cancelled`, and the system's errors
 */
export async function hashFile(handle: FileHandle, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  for (;;) {
    throwIfCancelled(signal);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, bytesRead));
  }
}
