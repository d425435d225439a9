/** Finds an installed browser that can show a page as a window of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A browser that cannot start, for example as root, says so within this time. */
const SETTLE_MS = 1_500;

const LINUX_NAMES = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const MAC_NAMES = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PATHS = [
  'Google/Chrome/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
];

/** Shows `url` in an app window; false where there is no browser or no screen for it. */
export async function openAppWindow(url: string): Promise<boolean> {
  if (!hasScreen()) return false;
  const browser = await firstExecutable(candidates());
  if (browser === undefined) return false;
  const child = spawn(browser, [`--app=${url}`], { detached: true, stdio: 'ignore' });
  child.unref();
  // One that hands over to a browser that is running already ends at once, with 0.
  const failed = await Promise.race([
    once(child, 'exit').then(
      ([code]) => code !== 0,
      () => true,
    ),
    delay(SETTLE_MS, false),
  ]);
  return !failed;
}

/** Elsewhere than on Linux there is always one. */
export function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['WAYLAND_DISPLAY'] ?? process.env['DISPLAY']);
}

function candidates(): string[] {
  const { env, platform } = process;
  if (platform === 'darwin') {
    return MAC_NAMES.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (platform === 'win32') {
    return combine(
      [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']],
      WINDOWS_PATHS,
    );
  }
  return combine((env['PATH'] ?? '').split(path.delimiter), LINUX_NAMES);
}

function combine(folders: (string | undefined)[], names: string[]): string[] {
  return names.flatMap((name) =>
    folders.flatMap((folder) => (folder ? [path.join(folder, name)] : [])),
  );
}

async function firstExecutable(files: string[]): Promise<string | undefined> {
  for (const file of files) {
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return file;
  }
  return undefined;
}
