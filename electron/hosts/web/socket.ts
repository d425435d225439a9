import type { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../rpc/codec.ts';
import type { Port } from '../../rpc/port.ts';

/** Close codes of RFC 6455, section 7.4.1. */
const UNSUPPORTED_DATA = 1003;
const POLICY_VIOLATION = 1008;

/** A port over a WebSocket: one message, one binary frame. */
export function webSocketPort(socket: WebSocket): Port {
  // A frame that is too large or malformed ends the connection; 'close' follows.
  socket.on('error', () => undefined);
  const hangUp = () => socket.close(POLICY_VIOLATION, 'This is not the studio’s protocol.');
  return {
    post: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(encodeMessage(message));
    },
    onMessage: (listener) => {
      socket.on('message', (data: Buffer, isBinary) => {
        if (!isBinary) return socket.close(UNSUPPORTED_DATA, 'Messages are binary frames.');
        const message = tryDecode(data);
        if (message === undefined) return hangUp();
        listener(message);
      });
    },
    onClose: (listener) => socket.once('close', listener),
    close: hangUp,
  };
}

function tryDecode(data: Buffer): unknown {
  try {
    return decodeMessage(data);
  } catch {
    return undefined;
  }
}
