import type { StudioService } from '../../contract/service.ts';
import type { Uploads } from '../storage/uploads.ts';
import type { BringIn } from './bring-in.ts';

/** Pictures that windows send. */
export function bringInService(
  bringing: BringIn,
  uploads: Uploads,
): Pick<StudioService, 'bringIn'> {
  return {
    bringIn: ({ id, ...wishes }, options) =>
      uploads.use(id, (source) => bringing.bringIn([source], wishes, options)),
  };
}
