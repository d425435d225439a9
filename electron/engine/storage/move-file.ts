import { closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ScratchFolder } from './scratch-folder.ts';
import { syncDescriptor } from './durable.ts';
import { isSystemError } from './errors.ts';
import { PRIVATE_FILE } from './make-folder.ts';
import { removeSync } from './remove.ts';

/**
 * Gives a file of the library another place, where it appears whole or not at all. Where that lies on
 * another disk, it is copied beside its place, brought to the disk and renamed there. Synchronous: it
 * happens inside transactions.
 */
export function moveFileSync(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (thrown) {
    if (!isSystemError(thrown, 'EXDEV')) throw thrown;
    moveAcross(from, to);
  }
}

function moveAcross(from: string, to: string): void {
  const scratch = ScratchFolder.open(path.dirname(to));
  try {
    const draft = path.join(scratch.folder, path.basename(to));
    copySync(from, draft);
    renameSync(draft, to);
  } finally {
    scratch.removeSync();
  }
  removeSync(from);
}

function copySync(from: string, to: string): void {
  const descriptor = openSync(to, 'wx', PRIVATE_FILE);
  try {
    writeFileSync(descriptor, readFileSync(from));
    syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
