import { type Answer, type Desktop, PORT_MESSAGE } from '../../electron/contract/desktop.ts';
import { serialisedErrorSchema, StudioError } from '../../electron/contract/errors.ts';
import type { Port } from '../../electron/rpc/client.ts';
import type { HostParts } from './parts.ts';

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in a browser. */
    readonly desktop?: Desktop;
  }
}

/** The studio in Electron's window: a message port to the engine, and the system's own dialogs. */
export function createDesktopHost(desktop: Desktop): HostParts {
  const chooseFolder = () => valueOf(desktop.chooseFolder());
  return {
    open: () => openPort(desktop),
    chooseFolder,
    chooseDestination: async () => {
      const folder = await chooseFolder();
      return folder === null ? null : { kind: 'folder', folder };
    },
    deliver: (delivery) => {
      const files = delivery.kind === 'files' ? delivery.files : [];
      const [first = ''] = files;
      return {
        name: first.split(/[/\\]/).at(-1) ?? '',
        count: files.length,
        where: 'folder',
        reach: async () => void (await valueOf(desktop.showInFolder(first))),
      };
    },
    openPicture: () => valueOf(desktop.openPicture()),
    openOutput: async () => {
      await valueOf(desktop.openOutput());
      return true;
    },
    dragPortrait: (event, id) => {
      event.preventDefault();
      desktop.dragPortrait(id);
    },
    showPortrait: (id) => valueOf(desktop.showPortrait(id)),
    showProgress: (share) => desktop.showProgress(share),
    notify: (text) => desktop.notify(text),
    allowNotices: () => Promise.resolve(true),
    onOpened: (listener) => desktop.onOpened(listener),
    onMenuCommand: (listener) => desktop.onCommand(listener),
  };
}

/** @throws StudioError the one that was answered */
async function valueOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call;
  if ('error' in answer) throw StudioError.from(serialisedErrorSchema.parse(answer.error));
  return answer.value;
}

function openPort(desktop: Desktop): Promise<Port> {
  return new Promise((resolve) => {
    const take = ({ source, data, ports: [port] }: MessageEvent): void => {
      if (source !== window || data !== PORT_MESSAGE || !port) return;
      window.removeEventListener('message', take);
      resolve(toPort(port));
    };
    window.addEventListener('message', take);
    desktop.connect();
  });
}

function toPort(port: MessagePort): Port {
  port.start();
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.addEventListener('message', ({ data }) => listener(data)),
    onClose: (listener) => port.addEventListener('close', listener, { once: true }),
    close: () => port.close(),
  };
}
