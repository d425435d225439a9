/** Graphs with inputs, for benchmarks of what runs them. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { emitStyleGan2 } from '../../electron/engine/checkpoints/stylegan2/emit-stylegan2.ts';
import { gaussian } from '../../electron/engine/latent/gaussian.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { Pack } from '../../electron/engine/packs/pack.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';

/** A float32 input, which also stands in a file. */
export interface Feed {
  readonly dims: number[];
  readonly data: Float32Array;
  readonly file: string;
}
export type Feeds = Record<string, Feed>;

export interface Case {
  readonly title: string;
  readonly graph: string;
  readonly feeds: Feeds;
}

/** StyleGAN2 as officially configured: a channel base of 16,384 for 256 pixels, of 32,768 above, and 512 at the most. */
const CHANNELS = {
  256: [512, 512, 512, 512, 256, 128, 64],
  1024: [512, 512, 512, 512, 512, 256, 128, 64, 32],
} as const;
const WIDTH = 512;

/** Gaussian numbers, always the same. */
export async function feed(folder: string, name: string, dims: number[]): Promise<Feed> {
  const count = dims.reduce((product, side) => product * side, 1);
  const data = gaussian(7, count);
  const file = path.join(folder, `${name}.f32`);
  await writeFile(file, data);
  return { dims, data, file };
}

/**
 * The networks of a pack that draw and look at pictures.
 *
 * @param folder for the inputs
 */
export async function packCases(
  packFolder: string,
  folder: string,
  portraits = 1,
): Promise<Case[]> {
  const pack = new Pack(packFolder, await readManifest(packFolder));
  const { clip, generator } = pack.manifest;
  const { synthesis, preview, layers } = generator;
  const { size } = clip.image;
  const w = await feed(folder, 'w-plus', [portraits, layers, pack.widths.w]);
  const planes = await feed(folder, 'planes', [portraits, 3, size, size]);
  return [
    { title: 'synthesis', graph: synthesis, feeds: { w } },
    ...(preview ? [{ title: 'preview', graph: preview.graph, feeds: { w } }] : []),
    { title: 'image encoder', graph: clip.image.graph, feeds: { pixel_values: planes } },
  ].map((one) => ({ ...one, graph: pack.file(one.graph) }));
}

/**
 * An imported StyleGAN2 with random weights.
 *
 * @param folder that has no generator yet
 */
export async function styleGan2Case(
  resolution: keyof typeof CHANNELS,
  folder: string,
): Promise<Case> {
  const network = styleGan2Network({
    ...{ resolution, channels: CHANNELS[resolution], z: WIDTH, w: WIDTH },
    ...{ mappingLayers: 8, clamp: 256 },
  });
  const { generator } = await emitStyleGan2(network, folder);
  const w = await feed(folder, 'w', [1, generator.layers, WIDTH]);
  const noise = await feed(folder, 'noise', [1, generator.noiseNumbers ?? 0]);
  return {
    title: `StyleGAN2, ${resolution} px`,
    graph: path.join(folder, generator.synthesis),
    feeds: { w, noise },
  };
}
