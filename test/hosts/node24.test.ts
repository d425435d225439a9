import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { PACKAGES } from '../../electron/hosts/node24.mjs';
import { temporaryFolder } from '../support/library.ts';

it('brings Node for those platforms that ONNX Runtime runs on, and for no other', () => {
  expect(Object.values(PACKAGES).toSorted()).toEqual(
    Object.keys(packageJson.optionalDependencies).toSorted(),
  );
  for (const platform of Object.keys(PACKAGES)) {
    const folder = path.join('node_modules/onnxruntime-node/bin/napi-v6', ...platform.split('-'));
    expect(existsSync(folder), platform).toBe(true);
  }
});

const moduleUrl = (file: string) => JSON.stringify(pathToFileURL(path.resolve(file)).href);

/** A program that stands in for Electron: it writes down its own id, and sleeps. */
async function makeSleeper(folder: string): Promise<string> {
  const sleeper = path.join(folder, 'sleeper');
  const script = `#!/bin/sh\necho $$ > "${folder}/started" && mv "${folder}/started" "${folder}/id"\n`;
  await writeFile(sleeper, `${script}exec sleep 60\n`);
  await chmod(sleeper, 0o755);
  return sleeper;
}

/** Runs a module without a terminal, until the sleeper that it starts sleeps. */
async function startModule(folder: string, code: string): Promise<[ChildProcess, number]> {
  const file = path.join(folder, 'start.mjs');
  await writeFile(file, code);
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const id = Number(
    await vi.waitFor(() => readFile(path.join(folder, 'id'), 'utf8'), { timeout: 15_000 }),
  );
  return [child, id];
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('what is asked to end', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends Electron as well, at %s, and opens nothing in its place',
    async (signal) => {
      const folder = await temporaryFolder();
      const binary = JSON.stringify(await makeSleeper(folder));
      const [child, sleeper] = await startModule(
        folder,
        `import { runElectron } from ${moduleUrl('electron/hosts/launch/electron.ts')};
        console.log(await runElectron(${binary}));`,
      );
      let answer = '';
      child.stdout?.on('data', (text: Buffer) => (answer += text.toString()));
      child.kill(signal);
      const [code] = await once(child, 'close');
      expect({ code, answer, isRunning: isRunning(sleeper) }).toEqual({
        code: 0,
        answer: 'true\n',
        isRunning: false,
      });
    },
  );
});
