import type { Delivery } from '../../electron/contract/delivery.ts';
import type { OpenedPicture } from '../../electron/contract/desktop.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import type { Port } from '../../electron/rpc/client.ts';
import { decodeMessage, encodeMessage } from '../../electron/rpc/codec.ts';
import { OUTPUT_QUERY } from '../live/output-messages.ts';
import { strings } from '../strings.ts';
import { readPicture } from './read-picture.ts';
import type { Handed, HostParts } from './parts.ts';

/** The studio in a browser: a WebSocket beside the page, whose path admits both (access.ts), and downloads. */
export function createWebHost(): HostParts {
  return {
    open: openSocket,
    chooseDestination: () => Promise.resolve({ kind: 'download' }),
    deliver,
    openPicture,
    openOutput: () =>
      Promise.resolve(window.open(OUTPUT_QUERY, 'clip-flow-output', 'popup') !== null),
    notify,
    allowNotices: async () => (await Notification.requestPermission()) === 'granted',
  };
}

function openSocket(): Promise<Port> {
  const socket = new WebSocket(new URL('rpc', document.baseURI.replace(/^http/, 'ws')));
  socket.binaryType = 'arraybuffer';
  const port: Port = {
    post: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
    },
    onMessage: (listener) =>
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
        listener(decodeMessage(new Uint8Array(data))),
      ),
    onClose: (listener) => socket.addEventListener('close', listener, { once: true }),
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(port), { once: true });
    socket.addEventListener('close', () => reject(unreachable()), { once: true });
  });
}

function unreachable(): StudioError {
  return new StudioError(
    'disconnected',
    'The studio does not answer. What was made is kept. Start it again, or reload this page.',
  );
}

function deliver(delivery: Delivery): Handed {
  const download = (): void => {
    if (delivery.kind !== 'download') return;
    const link = document.createElement('a');
    link.href = `downloads/${delivery.id}`;
    link.download = delivery.name;
    link.click();
  };
  download();
  return {
    ...(delivery.kind === 'download' ? { name: delivery.name, count: 1 } : { name: '', count: 0 }),
    where: 'downloads',
    reach: () => Promise.resolve(download()),
  };
}

function notify(text: string): void {
  if (Notification.permission !== 'granted') return;
  const notice = new Notification(strings.title, { body: text });
  notice.addEventListener('click', () => {
    window.focus();
    notice.close();
  });
}

function openPicture(): Promise<OpenedPicture | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = 'image/*';
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve(null));
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      if (!file) return resolve(null);
      readPicture(file).then((bytes) => resolve({ name: file.name, bytes }), reject);
    });
    input.click();
  });
}
