import type { StudioService } from '../../contract/service.ts';
import type { Uploads } from './uploads.ts';

/** Files that windows send piece by piece. */
export function uploadService(
  uploads: Uploads,
): Pick<StudioService, 'openUpload' | 'appendUpload' | 'dropUpload'> {
  return {
    openUpload: async ({ name, isFolder }) => ({ id: await uploads.open(name, isFolder) }),
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
