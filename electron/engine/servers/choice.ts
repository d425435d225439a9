/** Which servers draw: those that were named where the studio was started, else those that the artist chose in a window. */
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import {
  type ModelServerChange,
  modelServerChangeSchema,
  type ModelServerSettings,
} from '../../contract/model-server.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { parseAddress } from './address.ts';
import type { NamedServers, ServerSettings } from './settings.ts';

/** A token is sent to those servers alone that were there when it was given: a page names servers, and may not read it. */
const keptSchema = modelServerChangeSchema.required().extend({ tokenFor: z.array(z.string()) });
type Kept = z.infer<typeof keptSchema>;

const NONE: Kept = {
  ...{ servers: [], fallback: false, graphs: 'auto' },
  ...{ authority: null, certificate: null, key: null, token: null, tokenFor: [] },
};

/** A choice does not change: another one takes its place. */
export class ServerChoice {
  readonly #named: NamedServers;
  readonly #kept: Kept;
  readonly #file: string | undefined;

  constructor(named: NamedServers = {}, kept: Kept = NONE, file?: string) {
    this.#named = named;
    this.#kept = kept;
    this.#file = file;
  }

  /** @param file which remembers what was chosen in a window; what cannot be read counts as none */
  static async read(named: NamedServers, file: string | undefined): Promise<ServerChoice> {
    return new ServerChoice(named, await readKept(file), file);
  }

  /** Whether servers were named, so that nothing can be chosen. */
  get isFixed(): boolean {
    return this.#named.addresses !== undefined;
  }

  /** What draws: without those that the artist has not allowed. */
  get inUse(): ServerSettings {
    const { addresses, fallback, always, credentials } = this.#named;
    if (addresses !== undefined) return { ...this.#named, addresses };
    const { servers, authority, certificate, key, token, tokenFor, ...kept } = this.#kept;
    return {
      addresses: servers.filter(({ isAllowed }) => isAllowed).map(({ address }) => address),
      fallback: fallback ?? kept.fallback,
      always: always ?? kept.graphs === 'all',
      credentials: {
        authority: credentials?.authority ?? authority ?? undefined,
        certificate: credentials?.certificate ?? certificate ?? undefined,
        key: credentials?.key ?? key ?? undefined,
        ...(credentials?.token === undefined
          ? { token: token ?? undefined, tokenFor }
          : { token: credentials.token }),
      },
    };
  }

  /** Addresses that wait for the artist's word. */
  get unasked(): string[] {
    if (this.isFixed) return [];
    return this.#kept.servers.filter(({ isAllowed }) => !isAllowed).map(({ address }) => address);
  }

  /** As a window shows it. */
  get shown(): ModelServerSettings {
    const { addresses, fallback = false, always = false, credentials = {} } = this.inUse;
    return {
      servers: this.isFixed
        ? addresses.map((address) => ({ address, isAllowed: true }))
        : this.#kept.servers,
      ...{ fallback, graphs: always ? 'all' : 'auto' },
      authority: credentials.authority ?? null,
      certificate: credentials.certificate ?? null,
      key: credentials.key ?? null,
      ...{ hasToken: credentials.token !== undefined, fixed: this.isFixed },
    };
  }

  /** @throws StudioError `invalid-argument` for what is no address, and for a token without a server */
  with(change: ModelServerChange): ServerChoice {
    const said = Object.entries(change).filter(([, value]) => value !== undefined);
    const kept = keptSchema.parse({ ...this.#kept, ...Object.fromEntries(said) });
    const servers = kept.servers.map((one) => ({
      ...one,
      address: parseAddress(one.address).text,
    }));
    const each = [...new Map(servers.map((one) => [one.address, one])).values()];
    const tokenFor =
      change.token === undefined ? kept.tokenFor : each.map(({ address }) => address);
    if (change.token && tokenFor.length === 0) throw isForNobody();
    const next = withoutStrayToken({ ...kept, servers: each, tokenFor });
    return new ServerChoice(this.#named, next, this.#file);
  }

  /** Remembers it, for nobody but the artist. @throws StudioError `disk-full`, `access-denied` */
  async keep(): Promise<void> {
    if (this.#file !== undefined) await keepFile(this.#file, `${JSON.stringify(this.#kept)}\n`);
  }
}

async function readKept(file: string | undefined): Promise<Kept> {
  if (file === undefined) return NONE;
  try {
    const text = new TextDecoder().decode(await readRegular(file));
    return withoutStrayToken(keptSchema.parse(JSON.parse(text)));
  } catch {
    return NONE;
  }
}

/** A server that was removed is given no token if it is named again; a token that is for no server is forgotten. */
function withoutStrayToken(kept: Kept): Kept {
  const named = new Set(kept.servers.map(({ address }) => address));
  const tokenFor = kept.tokenFor.filter((address) => named.has(address));
  return { ...kept, tokenFor, token: tokenFor.length > 0 ? kept.token : null };
}

function isForNobody(): StudioError {
  return new StudioError(
    'invalid-argument',
    'A token goes only to the servers that are there when it is given, and there is none. Nothing was changed; add the server first.',
  );
}
