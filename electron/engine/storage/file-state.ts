import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * What tells a file from all others and from itself after any change: which one it is, how large, and when it was
 * changed. The time of the last change of its record (ctime) is the system's, which nobody can set.
 *
 * @returns null where there is none
 */
export async function fileState(file: string): Promise<FileState | null> {
  const status = await stat(file, { bigint: true }).catch(() => null);
  return status && { told: told(status), changedMs: Number(status.ctimeMs) };
}

export interface FileState {
  readonly told: readonly string[];
  /** In milliseconds since 1970. */
  readonly changedMs: number;
}

function told({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string[] {
  return [dev, ino, size, mtimeNs, ctimeNs].map(String);
}
