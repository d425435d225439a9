import type { NetworkModule } from './network.ts';

/** Where the source text of a network comes from. */
export interface OfficialSource {
  readonly repository: 'stylegan2-ada-pytorch' | 'stylegan3';
  readonly file: string;
}

/** By the SHA-256 of the text. */
const OFFICIAL_SOURCES: ReadonlyMap<string, OfficialSource> = new Map([
  [
    '53b4e1ec457171d4e2c1454d48013765ab626141c35cdd383b020950effe11a5',
    { repository: 'stylegan2-ada-pytorch', file: 'training/networks.py' },
  ],
  [
    '06082fb3e8929e477f58fb8bc78e7ecb9a9209eb01444272d1d153c85a6a89f7',
    { repository: 'stylegan3', file: 'training/networks_stylegan3.py' },
  ],
  [
    'b6f14e8fa2a95de4d38218fef31380c6a70de770f585107e209ff83075c307ef',
    { repository: 'stylegan3', file: 'training/networks_stylegan2.py' },
  ],
]);

/**
 * The official source that a network and every module in it were written with; undefined for a network of which
 * any part is from elsewhere or was changed, so that it may compute something else than its attributes tell.
 */
export function officialSource(network: NetworkModule): OfficialSource | undefined {
  const hash = network.sourceHash;
  const source = hash === undefined ? undefined : OFFICIAL_SOURCES.get(hash);
  return source && hasSource(network, hash) ? source : undefined;
}

function hasSource(network: NetworkModule, hash: string | undefined): boolean {
  return (
    network.sourceHash === hash &&
    network.children.values().every((child) => hasSource(child, hash))
  );
}
