import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import path from 'node:path';
import type { MenuCommand } from '../contract/desktop.ts';
import type { RecentFiles } from './recent-files.ts';

/** What the menu does. */
export interface MenuActions {
  /** Has the page of the window in front carry out a command. */
  send(command: MenuCommand): void;
  openWindow(): void;
  /** Opens a file in the window in front. */
  openFile(file: string): void;
}

/**
 * Puts up the native menu: the system's own roles, and the commands that the page carries out. Those have no keys here:
 * artists change them, and the page listens for them itself.
 */
export function setMenu({ send, openWindow, openFile }: MenuActions, recent: RecentFiles): void {
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      role: 'fileMenu',
      submenu: [
        { label: 'New Window', accelerator: 'CmdOrCtrl+N', click: openWindow },
        { type: 'separator' },
        { label: 'Open Picture…', click: () => send('open-picture') },
        { label: 'Open Recent', submenu: recentItems(recent, openFile) },
        { label: 'Export…', click: () => send('export') },
        { label: 'Look After the Library…', click: () => send('look-after') },
        { type: 'separator' },
        { label: 'Settings…', click: () => send('settings') },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    { label: 'View', submenu: viewItems() },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Take the Tour', click: () => send('tour') },
        { label: 'Keyboard Shortcuts', click: () => send('show-keys') },
        { label: 'About CLIP-Flow Studio', click: () => send('show-about') },
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function recentItems(
  recent: RecentFiles,
  openFile: (file: string) => void,
): MenuItemConstructorOptions[] {
  const { files } = recent;
  const clear = (): void => {
    recent.clear();
    app.clearRecentDocuments();
  };
  return [
    ...files.map((file) => ({
      label: path.basename(file),
      toolTip: file,
      click: () => openFile(file),
    })),
    { type: 'separator' },
    { label: 'Clear Recent Pictures', enabled: files.length > 0, click: clear },
  ];
}

/** Reloading and the developer tools are for who builds the studio, not for who paints with it. */
function viewItems(): MenuItemConstructorOptions[] {
  const forBuilders: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    { type: 'separator' },
  ];
  return [
    ...(app.isPackaged ? [] : forBuilders),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
}
