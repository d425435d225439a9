import { BrowserWindow, dialog, nativeTheme, screen, type WebPreferences } from 'electron';
import path from 'node:path';
import { ORIGIN } from './scheme.ts';

/** The page's own ground (`--surface-0` in renderer/tokens.css). */
const LIGHT = '#f4f4f4';
const DARK = '#111112';

const OUTPUT = `${ORIGIN}/?output`;

/** The names of the windows that are open: each remembers where it was. */
const names = new Map<BrowserWindow, string>();

/** The first name that no window has. */
function freeName(): string {
  const taken = [...names.values()];
  for (let nth = 1; ; nth += 1) {
    const name = nth === 1 ? 'studio' : `studio-${nth}`;
    if (!taken.includes(name)) return name;
  }
}

/** The studio's window in front, or any of them; the output is none. */
export function findWindow(): BrowserWindow | undefined {
  return [...names.keys()].find((window) => window.isFocused()) ?? [...names.keys()][0];
}

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

/** Opens a window of the studio where and as large as it was last time. */
export async function openWindow(preload: string): Promise<BrowserWindow> {
  const name = freeName();
  const window = new BrowserWindow({
    name,
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
  names.set(window, name);
  window.once('closed', () => {
    names.delete(window);
    if (names.size === 0) findOutput()?.close();
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.on('will-prevent-unload', (event) => {
    // The page asks to stay; to prevent that is to close it.
    if (isLeavingMeant(window)) event.preventDefault();
  });
  // Everything worth keeping is the engine's; a page that crashed starts afresh.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.reload();
  });
  await window.loadURL(`${ORIGIN}/`);
  return window;
}

/** Asks whether a window may be closed that something is still waiting in. */
function isLeavingMeant(window: BrowserWindow): boolean {
  const chosen = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: 'Work of this window is not done yet.',
    detail: 'What is made so far is kept. What still waits in this window goes with it.',
    buttons: ['Stay', 'Close All the Same'],
    defaultId: 0,
    cancelId: 0,
  });
  return chosen === 1;
}
