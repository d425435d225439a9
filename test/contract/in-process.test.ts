import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { studioMethods } from '../../electron/contract/service.ts';
import type { Port } from '../../electron/rpc/client.ts';
import { decodeMessage, encodeMessage } from '../../electron/rpc/codec.ts';
import { serve } from '../../electron/rpc/server.ts';
import { overMessagePort } from './ports.ts';
import { describeService } from './service-suite.ts';

describeService('a message channel', async (studio) => {
  const { port1, port2 } = new MessageChannel();
  serve(studioMethods, studio, overMessagePort(port1));
  return { port: overMessagePort(port2), close: () => port1.close() };
});

/** The same channel, carrying bytes as a WebSocket would. */
function encoded(port: Port): Port {
  return {
    ...port,
    post: (message) => port.post(encodeMessage(message)),
    onMessage: (listener) =>
      port.onMessage((bytes) => listener(decodeMessage(bytes as Uint8Array))),
  };
}

describeService('a message channel of bytes', async (studio) => {
  const { port1, port2 } = new MessageChannel();
  serve(studioMethods, studio, encoded(overMessagePort(port1)));
  return { port: encoded(overMessagePort(port2)), close: () => port1.close() };
});

describe('decodeMessage', () => {
  it('refuses bytes that are no message', () => {
    expect(() => decodeMessage(Uint8Array.of(0xc1))).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
