import { StudioError } from '../../contract/errors.ts';
import { serverShareSchema } from '../../contract/model-server.ts';
import type { ServerCredentials } from './credentials.ts';

export interface ServerSettings {
  /** None where this machine draws alone. */
  readonly addresses: readonly string[];
  /** Whether this machine draws what no server does; else work waits for them, and then fails. */
  readonly fallback?: boolean | undefined;
  /** Whether servers draw all that they can; else what they are not much slower about than this machine. */
  readonly always?: boolean | undefined;
  readonly credentials?: ServerCredentials | undefined;
}

/** What is said of servers where the studio is started; what is left out is as the artist chose it in a window. */
export type NamedServers = { readonly [K in keyof ServerSettings]?: ServerSettings[K] | undefined };

/** The servers that a repository can be written for. */
export const SERVER_KINDS = ['triton', 'mlserver', 'kserve'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** What draws when no server does, as command line and environment name it. */
export const FALLBACKS = ['here', 'none'] as const;
/** What servers draw. */
export const SHARES = serverShareSchema.options;

/**
 * What the environment says of model servers: CLIP_FLOW_ENGINE (addresses, with commas between),
 * CLIP_FLOW_ENGINE_FALLBACK (`here` or `none`), CLIP_FLOW_ENGINE_GRAPHS (`all` or `auto`), the PEM files
 * CLIP_FLOW_ENGINE_CA, CLIP_FLOW_ENGINE_CERT and CLIP_FLOW_ENGINE_KEY, and CLIP_FLOW_ENGINE_TOKEN. An empty one counts
 * as not set.
 *
 * @throws StudioError `invalid-argument`
 */
export function serversFromEnvironment(env: NodeJS.ProcessEnv = process.env): NamedServers {
  const read = (name: string) => env[name] || undefined;
  const addresses = read('CLIP_FLOW_ENGINE')
    ?.split(',')
    .map((text) => text.trim());
  return {
    addresses: addresses?.filter((text) => text !== ''),
    ...answersOf({
      engineFallback: oneOf(FALLBACKS, 'CLIP_FLOW_ENGINE_FALLBACK', read),
      engineGraphs: oneOf(SHARES, 'CLIP_FLOW_ENGINE_GRAPHS', read),
    }),
    credentials: {
      authority: read('CLIP_FLOW_ENGINE_CA'),
      certificate: read('CLIP_FLOW_ENGINE_CERT'),
      key: read('CLIP_FLOW_ENGINE_KEY'),
      token: read('CLIP_FLOW_ENGINE_TOKEN'),
    },
  };
}

/** The two choices by their words; undefined what is not said. */
export function answersOf({
  engineFallback,
  engineGraphs,
}: {
  readonly engineFallback?: (typeof FALLBACKS)[number] | undefined;
  readonly engineGraphs?: (typeof SHARES)[number] | undefined;
}): Pick<NamedServers, 'fallback' | 'always'> {
  return {
    fallback: engineFallback && engineFallback === 'here',
    always: engineGraphs && engineGraphs === 'all',
  };
}

function oneOf<T extends string>(
  words: readonly T[],
  name: string,
  read: (name: string) => string | undefined,
): T | undefined {
  const given = read(name);
  const found = words.find((word) => word === given);
  if (given === undefined || found !== undefined) return found;
  throw new StudioError(
    'invalid-argument',
    `${name} is "${given}". It can be ${words.join(' or ')}.`,
  );
}
