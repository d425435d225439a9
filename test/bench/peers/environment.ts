/** The Python environment of the peers: made at the first run, in the system's folder for caches, and again when its list changes. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import envPaths from 'env-paths';

const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt');

/** @returns the path of its Python */
export async function pythonOfPeers(): Promise<string> {
  const mark = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const { cache } = envPaths('clip-flow-studio', { suffix: '' });
  const folder = path.join(cache, `peers-${mark}`);
  if (!existsSync(folder)) await make(folder);
  return pythonIn(folder);
}

/** Whole or not at all: environments can be moved as long as their Python is called by its path. */
async function make(folder: string): Promise<void> {
  const draft = `${folder}.draft`;
  console.log(`OpenVINO and PyTorch are installed into ${folder} (about a gigabyte) …`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await promisify(execFile)('python3', ['-m', 'venv', draft]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const installing = spawn(pythonIn(draft), [...pip, '-r', REQUIREMENTS], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(installing, 'exit');
  if (code !== 0) throw new Error(`pip ended with ${code}; nothing was kept.`);
  await rename(draft, folder);
}

function pythonIn(folder: string): string {
  return path.join(
    folder,
    ...(process.platform === 'win32' ? ['Scripts', 'python'] : ['bin', 'python']),
  );
}
