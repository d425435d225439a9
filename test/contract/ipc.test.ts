import { MessageChannel } from 'node:worker_threads';
import { processPort } from '../../electron/rpc/process-port.ts';
import { studioMethods } from '../../electron/contract/service.ts';
import { createClient } from '../../electron/rpc/client.ts';
import { serve } from '../../electron/rpc/server.ts';
import { overMessagePort, processPair } from './ports.ts';
import { describeService } from './service-suite.ts';

describeService('the channel to the engine’s process', async (studio) => {
  const [parent, child] = processPair();
  serve(studioMethods, studio, processPort(child));
  return { port: processPort(parent), close: () => child.disconnect() };
});

/** All the way from Electron's page: a message channel, the main process, the engine's process. */
describeService('Electron’s IPC', async (studio) => {
  const [parent, child] = processPair();
  serve(studioMethods, studio, processPort(child));
  const engine = createClient(studioMethods, processPort(parent));
  const { port1, port2 } = new MessageChannel();
  parent.once('disconnect', () => port1.close());
  serve(studioMethods, engine, overMessagePort(port1));
  return { port: overMessagePort(port2), close: () => child.disconnect() };
});
