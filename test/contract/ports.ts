/** Ends of connections as the hosts have them, in one process. */
import { EventEmitter } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import type { Port } from '../../electron/rpc/client.ts';

/** A message channel clones what passes through it, as Electron's IPC does. */
export function overMessagePort(end: MessagePort): Port {
  return {
    post: (message) => end.postMessage(message),
    onMessage: (listener) => end.on('message', listener),
    onClose: (listener) => end.on('close', listener),
    close: () => end.close(),
  };
}

class ProcessEnd extends EventEmitter {
  connected = true;
  peer: ProcessEnd | undefined;
  send(message: unknown): boolean {
    const copy = structuredClone(message);
    return setImmediate(() => this.peer?.emit('message', copy)).hasRef();
  }
  disconnect(): void {
    for (const end of [this, this.peer]) {
      if (!end?.connected) continue;
      end.connected = false;
      setImmediate(() => end.emit('disconnect'));
    }
  }
}

/** A parent and its child, as each sees the other: messages are cloned, and none is lost. */
export function processPair(): [ProcessEnd, ProcessEnd] {
  const [parent, child] = [new ProcessEnd(), new ProcessEnd()];
  parent.peer = child;
  child.peer = parent;
  return [parent, child];
}
