/** Builds what windows show and what Electron runs. `npm run build` is this file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StudioError } from '../../contract/errors.ts';
import { NOTICES_FILE } from '../../contract/notice.ts';
import { ScratchFolder, sweepScratchFolders } from '../../engine/storage/scratch-folder.ts';
import { makeFolder } from '../../engine/storage/make-folder.ts';
import { isMain } from '../node24.mjs';
import { announcement, rememberTime } from './build-time.ts';
import { neededPackages, noteBundled, noticesOf, toText } from './notices.ts';
import { replaceFolder } from './replace-folder.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');
const DIST = path.join(ROOT, 'dist');
export const RENDERER = path.join(DIST, 'renderer');
const CACHE = path.join(ROOT, 'node_modules/.cache/clip-flow-studio');

const OUTPUTS = [
  'dist/renderer/index.html',
  `dist/renderer/${NOTICES_FILE}`,
  'dist/main/main.js',
  'dist/preload/preload.cjs',
];
const SOURCES = [
  'renderer',
  'electron/contract',
  'electron/rpc',
  'electron/site',
  'electron/main',
  'electron/preload',
  'electron/hosts/launch/notices.ts',
  'electron/vite.config.ts',
  'resources/licences',
  'vite.config.ts',
  'svelte.config.js',
  'package-lock.json',
];

/**
 * Builds when a source is newer than what was built from it. In a process of its own: the studio that
 * starts next should not carry the bundler's memory along.
 *
 * @throws StudioError `internal` when the build fails; what it said stands on stderr
 */
export async function buildIfStale(): Promise<void> {
  if (!(await isStale())) return;
  console.error(await announcement(CACHE));
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    // Vite takes its folders from there, wherever the studio was started.
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code === 0) return;
  throw new StudioError(
    'internal',
    'The studio’s window could not be built. Run "npm install", then "npm run build" to see why.',
  );
}

async function isStale(): Promise<boolean> {
  const built = await Promise.all(OUTPUTS.map(changedAt));
  const sources = await Promise.all(SOURCES.map(newestBelow));
  return Math.max(...sources) > Math.min(...built);
}

/** When the newest file of a folder, or a file itself, was last changed; in milliseconds since 1970. */
async function newestBelow(source: string): Promise<number> {
  const isFolder = (await stat(path.join(ROOT, source))).isDirectory();
  if (!isFolder) return changedAt(source);
  const names = await readdir(path.join(ROOT, source), { recursive: true });
  const times = await Promise.all(names.map((name) => changedAt(path.join(source, name))));
  return Math.max(...times);
}

/** 0 for a file that is not there. */
async function changedAt(file: string): Promise<number> {
  return stat(path.join(ROOT, file)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/**
 * Builds every part beside its place and then puts it there, so that two builds at once do not trip
 * over each other, and one that fails leaves what was there.
 */
async function buildAll(): Promise<void> {
  const startedAt = performance.now();
  const { build } = await import('vite');
  await makeFolder(DIST);
  await sweepScratchFolders(DIST);
  const drafts = ScratchFolder.open(DIST);
  const packages = neededPackages(ROOT);
  const builtInto = (part: string) => ({
    build: { outDir: path.join(drafts.folder, part) },
    plugins: [noteBundled(packages)],
  });
  try {
    await build({ configFile: path.join(ROOT, 'vite.config.ts'), ...builtInto('renderer') });
    for (const mode of ['main', 'preload']) {
      const configFile = path.join(ROOT, 'electron/vite.config.ts');
      await build({ configFile, mode, ...builtInto(mode) });
    }
    await writeNotices(path.join(drafts.folder, 'renderer'), packages);
    for (const part of ['renderer', 'main', 'preload']) {
      await replaceFolder(path.join(DIST, part), path.join(drafts.folder, part));
    }
    await rememberTime(CACHE, performance.now() - startedAt);
  } finally {
    await drafts.remove();
  }
}

/** Puts the notices among the pages, for the window and, as a text, for the packed app. */
async function writeNotices(folder: string, packages: Set<string>): Promise<void> {
  const notices = noticesOf([...packages, path.join(ROOT, 'node_modules/electron')]);
  await writeFile(path.join(folder, NOTICES_FILE), JSON.stringify(notices));
  await writeFile(path.join(folder, 'THIRD_PARTY_NOTICES.txt'), toText(notices));
}

if (isMain(import.meta.url)) await buildAll();
