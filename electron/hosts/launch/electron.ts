/** Electron as an installed program: fetched on first use, started on the checkout. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { passSignals } from '../node24.mjs';
import { ROOT } from './build.ts';
import { PATIENCE_MS } from './patience.ts';

const require = createRequire(import.meta.url);

/** Electron that ends this soon with an error could not open its window at all. */
const HOPELESS_MS = 10_000;

/** Electron's binary, downloaded if need be; null where it cannot be had. */
export async function fetchElectron(): Promise<string | null> {
  try {
    const installer = require.resolve('electron/install.js');
    const child = spawn(process.execPath, [installer], { stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    // Under plain Node the package is the path of its binary.
    const binary: unknown = code === 0 ? require('electron') : null;
    return typeof binary === 'string' ? binary : null;
  } catch {
    return null;
  }
}

/** Runs the desktop app to its end; false when it could not open. */
export async function runElectron(binary: string): Promise<boolean> {
  const startedAt = performance.now();
  const child = spawn(binary, [ROOT], {
    stdio: 'inherit',
    // Terminals inside other Electron apps set the first one.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: undefined, CLIP_FLOW_NODE: process.execPath },
  });
  const wasAskedToEnd = passSignals(child, PATIENCE_MS);
  const [code] = await once(child, 'exit').catch(() => [1]);
  return code === 0 || wasAskedToEnd() || performance.now() - startedAt > HOPELESS_MS;
}
