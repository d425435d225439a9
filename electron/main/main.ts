/** Entry of the desktop app: puts the parts together and follows the app from start to end. */
import { app, BrowserWindow } from 'electron';
import path from 'node:path';
import { DESKTOP_CHANNELS, type MenuCommand } from '../contract/desktop.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { createSite } from '../site/site.ts';
import { comeToFront, offerDesktop } from './desktop.ts';
import { DragFolder } from './drag-folder.ts';
import { Engine } from './engine.ts';
import { confineContents, denyPermissions } from './lockdown.ts';
import { setMenu } from './menu.ts';
import { findParts } from './parts.ts';
import { isPicture, Pictures } from './pictures.ts';
import { RecentFiles } from './recent-files.ts';
import { registerScheme, serveScheme } from './scheme.ts';
import { findWindow, openWindow } from './window.ts';

/** An engine that has not ended by then hangs. */
const QUIT_PATIENCE_MS = 5_000;

app.enableSandbox();
registerScheme();
confineContents();

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  const parts = findParts();
  const engine = new Engine(parts.engine);
  const open = () => openWindow(parts.preload);
  const drags = new DragFolder(app.getPath('userData'));
  // What a crash has left.
  drags.clear();
  const recent = new RecentFiles(path.join(app.getPath('userData'), 'recent.json'), () =>
    setMenu(actions, recent),
  );
  const pictures = new Pictures(recent);
  const openFile = (file: string): void => {
    const window = findWindow();
    if (window) void pictures.open(file, window);
  };
  const actions = { send: sendCommand, openWindow: () => void open(), openFile };
  const openNamed = (names: readonly string[]): void => names.filter(isPicture).forEach(openFile);

  app.on('second-instance', (_event, names, folder) => {
    const window = findWindow();
    if (window) comeToFront(window);
    openNamed(names.slice(1).map((name) => path.resolve(folder, name)));
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    openFile(file);
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (!engine.isRunning) return drags.clear();
    // Windows ends the engine together with the app, be it in the middle of a file.
    event.preventDefault();
    void Promise.race([engine.close(), delay(QUIT_PATIENCE_MS)]).then(() => {
      drags.clear();
      app.exit();
    });
  });

  void app.whenReady().then(async () => {
    denyPermissions();
    serveScheme(
      createSite(parts.renderer, {
        picture: (input) => engine.service.picture(input),
        thumbnail: (input) => engine.service.thumbnail(input),
        readDownload: (input) => engine.service.readDownload(input),
      }),
    );
    offerDesktop({ engine, pictures, drags, preload: parts.preload });
    setMenu(actions, recent);
    await open();
    openNamed(process.argv.slice(1).map((name) => path.resolve(name)));
  });
}

function sendCommand(command: MenuCommand): void {
  BrowserWindow.getFocusedWindow()?.webContents.send(DESKTOP_CHANNELS.command, command);
}
