import { createHash } from 'node:crypto';
import path from 'node:path';

/** A name for a folder of models from which no other folder can be made. */
export function handleOf(folder: string): string {
  return createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 32);
}
