import { AsyncLocalStorage } from 'node:async_hooks';
import path from 'node:path';
import { cancelled, StudioError, toStudioError } from '../../contract/errors.ts';
import type { ProgressEvent } from '../../contract/progress.ts';
import { studioMethods } from '../../contract/service.ts';
import { sharpCodec } from '../../engine/images/sharp-codec.ts';
import { findLocations, type Locations } from '../../engine/locations.ts';
import { isLibrary } from '../../engine/library/library.ts';
import {
  answersOf,
  type FALLBACKS,
  type NamedServers,
  type SHARES,
  serversFromEnvironment,
} from '../../engine/servers/settings.ts';
import { openStudio, type Studio } from '../../engine/studio.ts';
import { checked } from '../../rpc/checked.ts';
import { onInterrupt } from './interrupt.ts';
import { printError } from './output.ts';
import { ProgressBar } from './progress.ts';
import { tellOfServers, tellOfWaiting, tellWhatLeaves } from './told-servers.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean | undefined;
  readonly library?: string | undefined;
  readonly pack?: string | undefined;
  /** Addresses of model servers. */
  readonly engine?: readonly string[] | undefined;
  readonly engineFallback?: (typeof FALLBACKS)[number] | undefined;
  readonly engineGraphs?: (typeof SHARES)[number] | undefined;
}

export interface Session extends Studio {
  /** Fires at Ctrl+C, and when the terminal closes. */
  readonly signal: AbortSignal;
  readonly onProgress: (event: ProgressEvent) => void;
  /** Has something said to people while work goes on. */
  readonly aside: (say: () => void) => void;
}

const BUNDLED_PACKS = path.resolve(import.meta.dirname, '../../../native-models');

/** The studio that the commands of a batch share. */
const shared = new AsyncLocalStorage<Session>();

/** Opens a studio that every command within `use` has, except those that name a library or pack of their own. */
export function shareStudio<T>(
  options: GlobalOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  return withStudio(options, (session) => shared.run(session, () => use(session)));
}

/** Whether the command is one of a batch. */
export function isShared(): boolean {
  return shared.getStore() !== undefined;
}

/** Opens the studio for one command and closes it again, whatever becomes of the command. */
export async function withStudio<T>(
  options: GlobalOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { library, pack, json, engine } = options;
  const session = shared.getStore();
  if (session && [library, pack, engine].every((one) => one === undefined)) return use(session);
  const places = locations();
  const studio = await openStudio({
    packRoots: places.packRoots,
    components: places.components,
    bridges: places.bridges,
    library: library ?? places.library,
    isMoved: library === undefined && places.isMoved,
    pack: pack ?? places.pack,
    codec: sharpCodec,
    servers: serversOf(options),
    serverFile: places.serverFile,
  });
  if (!json) tellWhatLeaves(studio.servers.statuses);
  return withWork({ json }, async (work) => {
    if (!json) tellOfWaiting(studio.servers, work.aside);
    let problem: StudioError | undefined;
    try {
      return await use({ ...studio, service: checked(studioMethods, studio.service), ...work });
    } catch (thrown) {
      problem = toStudioError(thrown);
      throw thrown;
    } finally {
      if (!json) tellOfServers(studio.servers.statuses, problem);
      await studio.close();
    }
  });
}

/** What the options say goes before what the environment does. */
function serversOf(options: GlobalOptions): NamedServers {
  const named = serversFromEnvironment();
  const { fallback, always } = answersOf(options);
  return {
    ...named,
    addresses: options.engine ?? named.addresses,
    fallback: fallback ?? named.fallback,
    always: always ?? named.always,
  };
}

/** Shows the progress of one piece of work, which Ctrl+C cancels. */
export async function withWork<T>(
  { json }: GlobalOptions,
  use: (work: Pick<Session, 'signal' | 'onProgress' | 'aside'>) => Promise<T>,
): Promise<T> {
  const bar = new ProgressBar();
  const { signal, release } = onInterrupt(() => {
    bar.end();
    printError(cancelled(), json === true);
  });
  try {
    return await use({
      signal,
      onProgress: (event) => bar.show(event),
      aside: (say) => bar.aside(say),
    });
  } finally {
    bar.end();
    release();
  }
}

/**
 * `withStudio` for commands that only read the library, for which none is made.
 *
 * @throws StudioError `file-not-found`
 */
export async function withLibrary<T>(
  options: GlobalOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const root = options.library ?? locations().library;
  if (!shared.getStore() && !(await isLibrary(root))) {
    throw new StudioError(
      'file-not-found',
      `There is no library in ${path.resolve(root)}, and none was made. Name its folder with --library, or ` +
        'draw something first.',
    );
  }
  return withStudio(options, use);
}

export function locations(): Locations {
  return findLocations(BUNDLED_PACKS);
}
