import { StudioError } from '../../contract/errors.ts';
import type { StudioService } from '../../contract/service.ts';
import { dataFolder } from '../../engine/locations.ts';
import { buildIfStale, RENDERER } from '../launch/build.ts';
import { startWebHost, type WebHost } from './host.ts';
import { openWindow } from './open-window.ts';
import { ownName } from './own-name.ts';

/** Always the same where it is free, for a browser keeps theme and sizes by address. */
const USUAL_PORT = 7417;

export interface ServeOptions {
  /** 0 for any that is free; left out, the usual one or any that is free. */
  port?: number | undefined;
  /** Whether to show the studio in a window of an installed browser. */
  open: boolean;
  /** Prints one line of JSON for programs, instead of a sentence. */
  json: boolean;
  /** Ends the serving. */
  signal: AbortSignal;
}

/**
 * Serves the studio to browsers of this machine until `signal` fires.
 *
 * @throws StudioError `port-busy`, or `internal` when the window's pages cannot be built
 */
export async function serveStudio(service: StudioService, options: ServeOptions): Promise<void> {
  const { port, open, json, signal } = options;
  await buildIfStale();
  const host = await startOn(port, service);
  try {
    announce(host, json);
    const isOpen = open && (await openWindow(host, dataFolder(), signal));
    if (open && !isOpen && !json) console.log('Open this address in a browser.');
    await aborted(signal);
  } finally {
    await host.close();
  }
}

async function startOn(port: number | undefined, service: StudioService): Promise<WebHost> {
  const options = { service, root: RENDERER, name: await ownName(dataFolder()) };
  if (port !== undefined) return startWebHost({ ...options, port });
  return startWebHost({ ...options, port: USUAL_PORT }).catch((thrown: unknown) => {
    if (thrown instanceof StudioError && thrown.code === 'port-busy') {
      return startWebHost({ ...options, port: 0 });
    }
    throw thrown;
  });
}

function announce({ url, namedUrl, token }: WebHost, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ url, namedUrl, token }));
    return;
  }
  console.log(`The studio is at ${namedUrl} until Ctrl+C.`);
  console.log(`For a browser that does not find it there, and for port forwarding: ${url}`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
