import type { StudioService } from '../../contract/service.ts';
import { shared } from '../jobs/abort.ts';
import type { Uploads } from '../storage/uploads.ts';
import type { PackInUse } from './pack-in-use.ts';

type PackMethods =
  'packs' | 'styleSamples' | 'verifyPack' | 'choosePack' | 'importPack' | 'unheard';

/** The packs that there are, and which words the one in use does not hear. */
export function packService(packs: PackInUse, uploads: Uploads): Pick<StudioService, PackMethods> {
  return {
    packs: () => packs.list(),
    styleSamples: async ({ handle }) => packs.samples(await packs.locate(handle)),
    verifyPack: async ({ handle }, { signal, onEvent } = {}) =>
      packs.verify(await packs.locate(handle), { signal, onProgress: onEvent }),
    choosePack: async ({ handle }, { signal, onEvent } = {}) =>
      packs.choose(await packs.locate(handle), { signal, onProgress: onEvent }),
    importPack: ({ id, replace }, { signal, onEvent } = {}) =>
      uploads.use(id, (file) => packs.import(file, { replace, signal, onProgress: onEvent })),
    unheard: async ({ texts }, { signal } = {}) => {
      const { clip } = await shared(packs.models(), signal);
      return { unheard: [...new Set(texts.flatMap((text) => clip.unheard(text)))] };
    },
  };
}
