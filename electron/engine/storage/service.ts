import type { StudioService } from '../../contract/service.ts';
import type { Uploads } from './uploads.ts';

/** Files that windows send piece by piece. */
export function uploadService(
  uploads: Uploads,
): Pick<StudioService, 'openUpload' | 'appendUpload' | 'dropUpload'> {
  return {
    openUpload: async ({ name, several }) => ({ id: await uploads.open(name, several) }),
    appendUpload: async ({ id, bytes, path }) => {
      await uploads.append(id, bytes, path);
      return {};
    },
    dropUpload: async ({ id }) => {
      await uploads.drop(id);
      return {};
    },
  };
}
