import type { PackManifest } from '../../contract/pack.ts';
import type { OnProgress } from '../../contract/progress.ts';
import { DEFAULT_VARIETY } from '../../contract/settings.ts';
import type { PackInfo } from '../../contract/status.ts';
import type { Clip } from '../clip/clip.ts';
import type { Bank } from '../flow/bank.ts';
import type { Flow } from '../flow/flow.ts';
import type { Generator } from '../generator/generator.ts';
import { layerGroupsOf, locksOf } from '../packs/lockable-parts.ts';
import type { Pack } from '../packs/pack.ts';
import { spacesOf } from '../packs/spaces.ts';

/** A pack that has passed its checks, with its parts ready to work. */
export interface Models {
  readonly pack: Pack;
  readonly clip: Clip;
  readonly flow: Flow;
  /** Pictures that portraits of a prompt are each given one of; null of a pack without them. */
  readonly bank: Bank | null;
  readonly generator: Generator;
}

export interface LoadOptions {
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** What an artist may know of a pack. */
export function packInfo(folder: string, manifest: PackManifest): PackInfo {
  const { clip, flow, generator, directions, defaults, prompts, styles } = manifest;
  const { id, version, title, description, license, attributions, measured } = manifest;
  return {
    ...{ id, version, title, description, license, attributions, measured, prompts, folder },
    spaces: spacesOf(manifest),
    resolution: generator.resolution,
    layers: generator.layers,
    previewResolution: generator.preview?.resolution ?? null,
    defaults: {
      ...{ ...defaults, gap: clip.gap.default },
      variety: defaults.variety ?? DEFAULT_VARIETY,
    },
    gaps: [
      'none',
      'ensemble',
      ...(clip.gap.shift ? (['shift'] as const) : []),
      ...(clip.gap.prior ? (['prior'] as const) : []),
      ...(flow.bank ? (['neighbours'] as const) : []),
    ],
    noise: generator.noiseNumbers !== undefined,
    directions: directions.map(({ id, title, range, layers }) => ({ id, title, range, layers })),
    layerGroups: layerGroupsOf(manifest),
    locks: locksOf(manifest),
    styles: styles.map(({ id, title, words = title }) => ({ id, title, words })),
  };
}
