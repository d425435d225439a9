import { BrowserWindow, nativeTheme, screen, type WebPreferences } from 'electron';
import path from 'node:path';
import { ORIGIN } from './scheme.ts';

/** The page's own ground (`--surface-0` in renderer/tokens.css). */
const LIGHT = '#f4f4f4';
const DARK = '#111112';

const OUTPUT = `${ORIGIN}/?output`;

/** Shows what the studio's window shows and nothing else: over all of another screen where there is one. */
export async function openOutput(preload: string, beside: BrowserWindow): Promise<void> {
  const open = findOutput();
  if (open) return open.focus();
  const here = screen.getDisplayMatching(beside.getBounds());
  const other = screen.getAllDisplays().find(({ id }) => id !== here.id);
  const window = new BrowserWindow({
    ...(other && { ...other.bounds, fullscreen: true }),
    title: 'CLIP-Flow Studio',
    autoHideMenuBar: true,
    backgroundColor: '#000000',
    webPreferences: confined(preload),
  });
  await window.loadURL(OUTPUT);
}

function findOutput(): BrowserWindow | undefined {
  return BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL() === OUTPUT);
}

function confined(preload: string): WebPreferences {
  return {
    preload: path.resolve(preload),
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
  };
}

/** Opens the studio's window where and as large as it was last time. */
export async function openWindow(preload: string): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    name: 'studio',
    windowStatePersistence: true,
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    title: 'CLIP-Flow Studio',
    // Shown when there is something to see.
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? DARK : LIGHT,
    webPreferences: {
      ...confined(preload),
      // The output shows what this window plays, also where it covers it.
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.once('closed', () => findOutput()?.close());
  // Everything worth keeping is the engine's; a page that crashed starts afresh.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.reload();
  });
  await window.loadURL(`${ORIGIN}/`);
  return window;
}
