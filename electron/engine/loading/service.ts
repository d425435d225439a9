import type { PackRef } from '../../contract/generation.ts';
import type { StudioService } from '../../contract/service.ts';
import { shared } from '../jobs/abort.ts';
import type { Library } from '../library/library.ts';
import type { Uploads } from '../storage/uploads.ts';
import type { KeptPacks } from './kept-packs.ts';
import type { PackInUse } from './pack-in-use.ts';

type PackMethods =
  'packs' | 'styleSamples' | 'verifyPack' | 'choosePack' | 'importPack' | 'unheard' | 'keptPacks';

export interface PackServiceParts {
  readonly packs: PackInUse;
  readonly kept: KeptPacks;
  readonly uploads: Uploads;
  readonly library: Pick<Library, 'reader'>;
}

/** The packs that there are, and which words the one in use does not hear. */
export function packService({
  packs,
  kept,
  uploads,
  library,
}: PackServiceParts): Pick<StudioService, PackMethods> {
  return {
    packs: () => packs.list(),
    styleSamples: async ({ handle }, { signal } = {}) => {
      if (handle !== undefined) return packs.samples(await packs.locate(handle));
      return packs.samples((await shared(packs.models(), signal)).pack.folder);
    },
    verifyPack: async ({ handle }, { signal, onEvent } = {}) =>
      packs.verify(await packs.locate(handle), { signal, onProgress: onEvent }),
    choosePack: async ({ handle }, { signal, onEvent } = {}) =>
      packs.choose(await packs.locate(handle), { signal, onProgress: onEvent }),
    importPack: ({ id, replace }, { signal, onEvent } = {}) =>
      uploads.use(id, (file) => packs.import(file, { replace, signal, onProgress: onEvent })),
    keptPacks: async () => {
      const drawn = library.reader.stats().packs;
      const installed = new Set((await packs.list()).map(({ pack }) => pack && editionOf(pack)));
      return (await kept.list()).map((pack) => {
        const edition = editionOf(pack);
        const { portraits = 0 } = drawn.find((one) => editionOf(one.pack) === edition) ?? {};
        return { ...pack, portraits, installed: installed.has(edition) };
      });
    },
    unheard: async ({ texts }, { signal } = {}) => {
      const { clip } = await shared(packs.models(), signal);
      return { unheard: [...new Set(texts.flatMap((text) => clip.unheard(text)))] };
    },
  };
}

/** Packs that were exchanged without a new version are told as one. */
function editionOf({ id, version }: PackRef): string {
  return `${id} ${version}`;
}
