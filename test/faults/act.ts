import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./kill-at-step.ts', import.meta.url));

export type Action =
  ('add' | 'star' | 'purge' | 'open') | ('arrange' | 'backup' | 'merge' | 'bring-in' | 'export');

/** Runs an action in a process of its own. Returns its number of steps, or null if it was killed. */
export function act(folder: string, action: Action, killAt: number | null): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const order = JSON.stringify({ folder, action, killAt });
  // The first life, which ends well, leaves its compiled code to the many short ones after it.
  const env = { ...process.env, NODE_COMPILE_CACHE: path.join(folder, '..', 'compiled') };
  execFile(process.execPath, [CHILD, order], { env }, (error, stdout, stderr) => {
    if (error?.signal === 'SIGKILL') resolve(null);
    else if (error) reject(new Error(stderr));
    else resolve(Number(stdout));
  });
  return promise;
}
