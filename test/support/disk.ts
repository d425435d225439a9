import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './library.ts';

const NOT_ALLOWED = 'SKIPPED: disks cannot be mounted here; it takes Linux and root.';

/**
 * Mounts a disk of its own, in memory, that goes away with the test.
 *
 * @returns null, after saying so, where that is not allowed
 */
export async function mountDisk(megabytes: number): Promise<string | null> {
  const folder = await temporaryFolder();
  return mount(folder, ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs']) ? folder : null;
}

/**
 * Makes a folder refuse every write, to root as well, until the test ends.
 *
 * @returns false, after saying so, where that is not allowed
 */
export function makeReadOnly(folder: string): boolean {
  return mount(folder, ['--bind', folder]) && mount(folder, ['-o', 'remount,bind,ro']);
}

function mount(folder: string, options: string[]): boolean {
  try {
    execFileSync('mount', [...options, folder], { stdio: 'pipe' });
  } catch {
    console.warn(NOT_ALLOWED);
    return false;
  }
  if (!options.includes('remount,bind,ro')) {
    onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  }
  return true;
}
