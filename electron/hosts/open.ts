/** The studio as every host opens it: where its library and its packs lie unless told otherwise. */
import envPaths from 'env-paths';
import path from 'node:path';
import { sharpCodec } from '../engine/images/sharp-codec.ts';
import { openStudio, type Studio } from '../engine/studio.ts';

export interface HostOptions {
  /** Folder of the library. */
  library?: string | undefined;
  /** Folder of the packs that the studio brings. */
  packs?: string | undefined;
  /** Id or folder of the pack to draw with. */
  pack?: string | undefined;
}

/** @throws StudioError as `openStudio` does */
export function openHostStudio({ library, packs, pack }: HostOptions): Promise<Studio> {
  return openStudio({
    library: library ?? defaultLibrary(),
    packRoots: [packs ?? path.resolve(import.meta.dirname, '../../native-models')],
    pack,
    codec: sharpCodec,
  });
}

/** `CLIP_FLOW_LIBRARY`, else this account's own. */
function defaultLibrary(): string {
  const chosen = process.env['CLIP_FLOW_LIBRARY'];
  return chosen || path.join(envPaths('clip-flow-studio', { suffix: '' }).data, 'library');
}
