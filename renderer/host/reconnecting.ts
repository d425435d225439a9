import { studioMethods, type StudioService } from '../../electron/contract/service.ts';
import { createClient, type Port } from '../../electron/rpc/client.ts';

/**
 * The studio's service over a connection that is opened when it is first needed, and again after it
 * was lost. What was under way when it was lost rejects with `disconnected`.
 */
export function createReconnectingService(open: () => Promise<Port>): StudioService {
  let current: Promise<StudioService> | null = null;
  const forget = () => {
    current = null;
  };
  const connect = async (): Promise<StudioService> => {
    const port = await open();
    const client = createClient(studioMethods, port);
    port.onClose(forget);
    return client;
  };
  const service = (): Promise<StudioService> => {
    if (!current) {
      current = connect();
      current.catch(forget);
    }
    return current;
  };
  const methods = Object.keys(studioMethods).map((name) => [
    name,
    async (...args: unknown[]) => Reflect.apply(Reflect.get(await service(), name), null, args),
  ]);
  return Object.fromEntries(methods) as StudioService;
}
