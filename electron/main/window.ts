import { BrowserWindow, nativeTheme } from 'electron';
import path from 'node:path';
import { ORIGIN } from './scheme.ts';

/** The page's own ground (`--surface-0` in renderer/tokens.css). */
const LIGHT = '#f4f4f4';
const DARK = '#111112';

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
      preload: path.resolve(preload),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  // Everything worth keeping is the engine's; a page that crashed starts afresh.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.reload();
  });
  await window.loadURL(`${ORIGIN}/`);
  return window;
}
