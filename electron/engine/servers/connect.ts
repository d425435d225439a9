/** Opens channels to model servers. Loaded when the first is named: gRPC is much to load for those who draw here. */
import { parseAddress } from './address.ts';
import { ServerClient } from './client.ts';
import { channelCredentials } from './credentials.ts';
import { ModelServer, type ModelServerOptions } from './model-server.ts';
import type { ServerSettings } from './settings.ts';

/**
 * A server for each address, each address once. None is asked yet.
 *
 * @throws StudioError `invalid-argument`
 */
export async function connect(
  { addresses, credentials = {} }: ServerSettings,
  options: ModelServerOptions,
): Promise<ModelServer[]> {
  const named = new Map(addresses.map(parseAddress).map((address) => [address.text, address]));
  const channels = await Promise.all(
    [...named.values()].map(async (address) => {
      const { tokenFor = [address.text] } = credentials;
      const token = tokenFor.includes(address.text) ? credentials.token : undefined;
      return {
        address,
        token,
        channel: await channelCredentials(address, { ...credentials, token }),
      };
    }),
  );
  return channels.map(({ address, token, channel }) => {
    const client = new ServerClient(address, channel, token);
    return new ModelServer(address, client, options);
  });
}
