/** `npm start`: the studio in Electron, or in a browser's window where Electron cannot be had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { passSignals } from '../node24.mjs';
import { hasScreen } from './browser.ts';
import { buildIfStale, ROOT } from './build.ts';
import { fetchElectron, runElectron } from './electron.ts';
import { PATIENCE_MS } from './patience.ts';

const CLI = path.join(ROOT, 'electron/hosts/cli/main.ts');

await buildIfStale();
const reason = await whyNotElectron();
if (reason !== null) {
  console.error(`${reason} The same studio opens through the web host.`);
  const serving = spawn(process.execPath, [...process.execArgv, CLI, 'serve'], {
    stdio: 'inherit',
  });
  passSignals(serving, PATIENCE_MS);
  const [code] = await once(serving, 'exit');
  process.exitCode = code ?? 1;
}

/** Runs the desktop app to its end and answers null, or says in a sentence why that is not possible. */
async function whyNotElectron(): Promise<string | null> {
  if (!hasScreen()) return 'There is no screen for Electron here.';
  const binary = await fetchElectron();
  if (binary === null) return 'Electron’s binary cannot be downloaded here.';
  if (await runElectron(binary)) return null;
  return 'Electron could not open its window.';
}
