import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { StudioError } from '../../contract/errors.ts';
import { isSystemError } from '../storage/errors.ts';

/** The only address that is listened to: no other machine reaches it. */
const LOOPBACK = '127.0.0.1';

export interface OscSocket {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on a UDP port of this machine alone.
 *
 * @param port 0 for any that is free
 * @param onFailed called when the system takes it away
 * @throws StudioError `port-busy`, `access-denied`
 */
export async function openOscSocket(
  port: number,
  onPacket: (packet: Uint8Array) => void,
  onFailed: () => void,
): Promise<OscSocket> {
  const socket = createSocket('udp4');
  socket.bind({ address: LOOPBACK, port, exclusive: true });
  try {
    await once(socket, 'listening');
  } catch (cause) {
    socket.close();
    throw cannotListen(port, cause);
  }
  socket.on('message', (packet, from) => {
    if (isLoopback(from)) onPacket(packet);
  });
  socket.once('error', onFailed);
  return { port: socket.address().port, close: () => close(socket) };
}

/** The system sees to it already: nothing from elsewhere comes to a loopback address. */
function isLoopback({ address }: RemoteInfo): boolean {
  return address.startsWith('127.');
}

async function close(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}

function cannotListen(port: number, cause: unknown): StudioError {
  const [code, why] = isSystemError(cause, 'EADDRINUSE')
    ? (['port-busy', 'is taken by another program'] as const)
    : (['access-denied', 'may not be listened to by this user'] as const);
  return new StudioError(
    code,
    `UDP port ${port} ${why}. OSC is not listened to; choose another port, 1024 or above.`,
    { cause },
  );
}
