import { once } from 'node:events';
import { WebSocket } from 'ws';
import { webSocketPort } from '../../electron/hosts/web/socket.ts';
import { startWebHost } from '../../electron/hosts/web/host.ts';
import { describeService } from './service-suite.ts';

describeService('the web host’s WebSocket', async (service) => {
  const host = await startWebHost({ service, root: '.', port: 0 });
  const socket = new WebSocket(new URL('/rpc', host.url.replace('http', 'ws')), {
    headers: { authorization: `Bearer ${host.token}` },
  });
  await once(socket, 'open');
  return { port: webSocketPort(socket), close: () => host.close() };
});
