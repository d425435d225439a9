import type { PackManifest } from '../../contract/pack.ts';
import type { OnProgress } from '../../contract/progress.ts';
import type { PackInfo } from '../../contract/status.ts';
import { Clip } from '../clip/clip.ts';
import { createFlow, type Flow } from '../flow/flow.ts';
import { Generator } from '../generator/generator.ts';
import type { Inference } from '../inference/inference.ts';
import { openPack, type Pack } from '../packs/pack.ts';
import { testRender } from './test-render.ts';

/** A pack that has passed its checks, with its parts ready to work. */
export interface Models {
  readonly pack: Pack;
  readonly clip: Clip;
  readonly flow: Flow;
  readonly generator: Generator;
}

export interface LoadOptions {
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** @throws StudioError with one of the `pack-…` codes */
export async function loadModels(
  folder: string,
  inference: Inference,
  options: LoadOptions = {},
): Promise<Models> {
  const pack = await openPack(folder, inference, options);
  const [clip, generator] = await Promise.all([
    Clip.load(pack, inference),
    Generator.load(pack, inference),
  ]);
  await testRender(generator, options);
  return { pack, clip, generator, flow: createFlow(pack, inference, generator.space) };
}

/** What an artist may know of a pack. */
export function packInfo(folder: string, manifest: PackManifest): PackInfo {
  const { clip, generator, directions, changes, defaults } = manifest;
  const { id, version, title, description, license, attributions, measured } = manifest;
  return {
    ...{ id, version, title, description, license, attributions, measured, folder },
    resolution: generator.resolution,
    layers: generator.layers,
    previewResolution: generator.preview?.resolution ?? null,
    defaults: { ...defaults, gap: clip.gap.default },
    gaps: [
      'none',
      'ensemble',
      ...(clip.gap.shift ? (['shift'] as const) : []),
      ...(clip.gap.prior ? (['prior'] as const) : []),
    ],
    directions: directions.map(({ id, title, range, layers }) => ({ id, title, range, layers })),
    holds: changes?.holds.map(({ name }) => name) ?? [],
  };
}
