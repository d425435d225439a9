/** The studio for a page, which is trusted with portraits and not with the machine. */
import path from 'node:path';
import type { Destination, Source } from '../contract/delivery.ts';
import { StudioError } from '../contract/errors.ts';
import type { StreamOptions } from '../contract/method.ts';
import { studioMethods, type StudioService } from '../contract/service.ts';
import { PageUploads } from './page-uploads.ts';
import type { Port } from './port.ts';
import { serve } from './server.ts';

/** More than any window asks at once, and little enough to answer. */
export const MAX_RUNNING = 1_024;

type Handler = (input: never, options?: StreamOptions<never>) => Promise<unknown>;

/**
 * Serves the studio to the page at the other end of `port`, until it closes. What it sent in pieces
 * and was not used by then is dropped.
 *
 * @param vouchesFor whether the page may export to a folder
 */
export function servePage(
  service: StudioService,
  port: Port,
  vouchesFor: (folder: string) => boolean,
): void {
  const uploads = new PageUploads(service);
  const confined = confineToPage({ ...service, ...uploads.methods }, vouchesFor);
  serve(studioMethods, confined, port, { maxRunning: MAX_RUNNING });
  port.onClose(() => uploads.end());
}

/**
 * The service as far as a page may reach. A page that was taken over can then write nowhere that the
 * artist never pointed. The contract says which rule a method is under; what it does not name, or with a
 * reach that is not known here, is refused.
 */
export function confineToPage(
  service: StudioService,
  vouchesFor: (folder: string) => boolean,
): StudioService {
  const methods = Object.entries(studioMethods).map(([name, { reach }]): [string, Handler] => {
    const method: Handler = (...input) =>
      Reflect.apply(Reflect.get(service, name), undefined, input);
    if (reach === 'studio') return [name, method];
    if (reach === 'destination' || reach === 'source') {
      return [name, confine(method, reach, vouchesFor)];
    }
    return [name, () => Promise.reject(notForPages(name))];
  });
  return Object.fromEntries(methods) as StudioService;
}

function confine<Name extends 'destination' | 'source'>(
  method: Handler,
  name: Name,
  vouchesFor: (folder: string) => boolean,
): Handler {
  return async (input: Record<Name, Destination | Source>, options) => {
    const place = input[name];
    if (place.kind === 'folder' && !vouchesFor(path.resolve(place.folder))) {
      throw notVouched(place.folder);
    }
    return method(input as never, options);
  };
}

function notVouched(folder: string): StudioError {
  return new StudioError(
    'access-denied',
    `Nothing was done: ${folder} was not chosen in the studio's own dialog. Choose the folder there.`,
  );
}

function notForPages(name: string): StudioError {
  return new StudioError('access-denied', `"${name}" is not for windows.`);
}
