import type { WebSocket } from 'ws';
import { decodeMessage, decodeRequest, encodeMessage } from '../../rpc/codec.ts';
import type { Port } from '../../rpc/port.ts';

/** Close codes of RFC 6455, section 7.4.1. */
const UNSUPPORTED_DATA = 1003;
const POLICY_VIOLATION = 1008;

/** What may wait for a page that does not read. Some forty large portraits. */
const MAX_UNREAD_BYTES = 128 << 20;

/**
 * The host's end of a page's connection: what comes is bounded, and a page that never reads what it
 * asked for is hung up on.
 */
export function pagePort(socket: WebSocket): Port {
  const port = webSocketPort(socket, decodeRequest);
  return {
    ...port,
    post: (message) => {
      port.post(message);
      if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
    },
  };
}

/** A port over a WebSocket: one message, one binary frame. */
export function webSocketPort(socket: WebSocket, decode = decodeMessage): Port {
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
        const message = tryDecode(data, decode);
        if (message === undefined) return hangUp();
        listener(message);
      });
    },
    onClose: (listener) => socket.once('close', listener),
    close: hangUp,
  };
}

function tryDecode(data: Buffer, decode: typeof decodeMessage): unknown {
  try {
    return decode(data);
  } catch {
    return undefined;
  }
}
