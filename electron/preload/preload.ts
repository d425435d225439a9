/** The only code that stands on both sides: it turns channels into functions and hands out no channel. */
import { contextBridge, ipcRenderer } from 'electron';
import { type Desktop, DESKTOP_CHANNELS, PORT_MESSAGE } from '../contract/desktop.ts';

/** All that is needed here of the DOM, which the rest of `electron/` has no types for. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(
    message: unknown,
    targetOrigin: string,
    transfer: InstanceType<typeof MessagePort>[],
  ): void;
};

const desktop: Desktop = {
  connect: () => {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage(DESKTOP_CHANNELS.connect, null, [port1]);
    window.postMessage(PORT_MESSAGE, window.location.origin, [port2]);
  },
  openPicture: () => ipcRenderer.invoke(DESKTOP_CHANNELS.openPicture),
  chooseFolder: () => ipcRenderer.invoke(DESKTOP_CHANNELS.chooseFolder),
  showInFolder: (file) => ipcRenderer.invoke(DESKTOP_CHANNELS.showInFolder, { file }),
  showPortrait: (id) => ipcRenderer.invoke(DESKTOP_CHANNELS.showPortrait, { id }),
  dragPortrait: (id) => ipcRenderer.send(DESKTOP_CHANNELS.dragPortrait, { id }),
  openOutput: () => ipcRenderer.invoke(DESKTOP_CHANNELS.openOutput),
  showProgress: (share) => ipcRenderer.send(DESKTOP_CHANNELS.showProgress, { share }),
  notify: (text) => ipcRenderer.send(DESKTOP_CHANNELS.notify, { text }),
  onCommand: (listener) => {
    ipcRenderer.on(DESKTOP_CHANNELS.command, (_event, command) => listener(command));
  },
  onOpened: (listener) => {
    ipcRenderer.on(DESKTOP_CHANNELS.opened, (_event, picture) => listener(picture));
  },
};

contextBridge.exposeInMainWorld('desktop', desktop);
