import type { StudioService } from '../../contract/service.ts';
import type { ModelServers } from './servers.ts';

/** @param draw has something drawn and looked at, for servers to be tried with */
export function modelServerService(
  servers: ModelServers,
  draw: () => Promise<void>,
): Pick<StudioService, 'changeModelServers' | 'tryModelServers'> {
  return {
    changeModelServers: async (change) => {
      await servers.change(change);
      return {};
    },
    tryModelServers: async () => {
      await servers.again();
      await draw();
      await servers.tried();
      return servers.statuses;
    },
  };
}
