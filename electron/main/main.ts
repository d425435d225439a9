/** Entry of the desktop app: puts the parts together and follows the app from start to end. */
import { app, BrowserWindow } from 'electron';
import { DESKTOP_CHANNELS, type MenuCommand } from '../contract/desktop.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { createSite } from '../site/site.ts';
import { offerDesktop } from './desktop.ts';
import { Engine } from './engine.ts';
import { confineContents, denyPermissions } from './lockdown.ts';
import { setMenu } from './menu.ts';
import { findParts } from './parts.ts';
import { registerScheme, serveScheme } from './scheme.ts';
import { openWindow } from './window.ts';

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

  app.on('second-instance', focusWindow);
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (!engine.isRunning) return;
    // Windows ends the engine together with the app, be it in the middle of a file.
    event.preventDefault();
    void Promise.race([engine.close(), delay(QUIT_PATIENCE_MS)]).then(() => app.exit());
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
    offerDesktop(engine, parts.preload);
    setMenu(sendCommand);
    await open();
  });
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

function sendCommand(command: MenuCommand): void {
  BrowserWindow.getFocusedWindow()?.webContents.send(DESKTOP_CHANNELS.command, command);
}
