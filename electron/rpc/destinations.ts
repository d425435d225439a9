import path from 'node:path';
import type { Destination } from '../contract/delivery.ts';
import { StudioError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/method.ts';
import type { StudioService } from '../contract/service.ts';

/**
 * The service for a page: it may export to folders that the host vouches for, and nowhere else. A
 * page that was taken over can then not write where the artist never pointed.
 */
export function confineExports(
  service: StudioService,
  vouchesFor: (folder: string) => boolean,
): StudioService {
  const confine =
    <I extends { destination: Destination }, O extends CallOptions, R>(
      method: (input: I, options?: O) => Promise<R>,
    ) =>
    async (input: I, options?: O): Promise<R> => {
      const { destination } = input;
      if (destination.kind === 'folder' && !vouchesFor(path.resolve(destination.folder))) {
        throw notVouched(destination.folder);
      }
      return method(input, options);
    };
  const confined: Partial<StudioService> = {
    exportPictures: confine((input, options) => service.exportPictures(input, options)),
    exportGallery: confine((input, options) => service.exportGallery(input, options)),
    exportStrip: confine((input, options) => service.exportStrip(input, options)),
    exportRender: confine((input, options) => service.exportRender(input, options)),
    exportFilm: confine((input, options) => service.exportFilm(input, options)),
  };
  return new Proxy(service, {
    get: (target, name) => Reflect.get(confined, name) ?? bound(target, name),
  });
}

function bound(service: StudioService, name: string | symbol): unknown {
  const value: unknown = Reflect.get(service, name);
  return typeof value === 'function' ? value.bind(service) : value;
}

function notVouched(folder: string): StudioError {
  return new StudioError(
    'access-denied',
    `Nothing was exported: ${folder} was not chosen in the studio's own dialog. Choose the folder there.`,
  );
}
