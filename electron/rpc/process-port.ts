import type { Serializable } from 'node:child_process';
import type { Port } from './port.ts';

/** What a child process and its parent have alike: each is the other's end of one channel. */
interface ProcessEnd {
  readonly connected?: boolean;
  send?(message: Serializable, callback?: (error: Error | null) => void): boolean;
  disconnect?(): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** A port over the channel of a process forked with `serialization: 'advanced'`. */
export function processPort(end: ProcessEnd): Port {
  return {
    // A failed send means the other side is going; `disconnect` tells.
    post: (message) => end.send?.(message as Serializable, () => undefined),
    onMessage: (listener) => end.on('message', listener),
    onClose: (listener) => end.once('disconnect', listener),
    close: () => {
      if (end.connected) end.disconnect?.();
    },
  };
}
