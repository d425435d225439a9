import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../contract/desktop.ts';

/**
 * Puts up the native menu: the system's own roles, and the commands that the page carries out. Those have no keys here:
 * artists change them, and the page listens for them itself.
 */
export function setMenu(send: (command: MenuCommand) => void): void {
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      role: 'fileMenu',
      submenu: [
        { label: 'Open Picture…', click: () => send('open-picture') },
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
