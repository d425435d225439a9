import { type ErrorCode, StudioError } from '../../../contract/errors.ts';
import { USUAL_OSC_PORT } from '../../../contract/live.ts';
import { studioMethods, type StudioService } from '../../../contract/service.ts';
import { deferService } from '../../../rpc/deferred.ts';
import { serveStudio } from '../../web/serve.ts';
import { printNote } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

export interface ServeOptions extends GlobalOptions {
  readonly port?: number | undefined;
  /** UDP port on which OSC is listened to; true for the usual one. */
  readonly osc?: number | true | undefined;
  readonly open: boolean;
}

/** What a window can tell and its artist put right, and then the studio is started again. */
const OF_THE_LIBRARY: readonly ErrorCode[] = [
  'library-corrupt',
  'library-newer',
  'library-read-only',
  'library-busy',
];

/** The studio for a browser on this machine, until Ctrl+C. A library that cannot be opened is told there. */
export async function serve({ port, osc, open, json = false, ...options }: ServeOptions) {
  const serving = { port, open, json: json === true };
  let isOpen = false;
  try {
    await withStudio(options, async ({ service, signal }) => {
      isOpen = true;
      if (osc !== undefined) await listenToOsc(service, osc === true ? USUAL_OSC_PORT : osc);
      await serveStudio(service, { ...serving, signal });
    });
  } catch (thrown) {
    if (isOpen || !(thrown instanceof StudioError && OF_THE_LIBRARY.includes(thrown.code))) {
      throw thrown;
    }
    printNote(thrown.message);
    await serveStudio(deferService(studioMethods, Promise.reject(thrown)), {
      ...serving,
      signal: interrupted(),
    });
  }
}

async function listenToOsc(service: StudioService, wanted: number): Promise<void> {
  const { port } = await service.openOsc({ port: wanted });
  printNote(`OSC is listened to on 127.0.0.1:${port} (UDP), from this machine alone.`);
}

/** Fires once somebody asks this process to end. */
function interrupted(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());
  return stop.signal;
}
