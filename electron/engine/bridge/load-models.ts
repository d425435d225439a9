import { createHash } from 'node:crypto';
import { Clip } from '../clip/clip.ts';
import { type Learnable, type Component } from '../components/component.ts';
import { Generator } from '../generator/generator.ts';
import type { Inference } from '../inference/inference.ts';
import { type VerifyOptions, verifyFiles } from '../packs/integrity.ts';
import type { PairModels } from './pairs.ts';

/** The two models that a bridge is learnt between. */
export interface BridgeComponents {
  readonly clip: Component<'clip'>;
  readonly generator: Component<'generator'>;
}

/** The same, loaded. */
export interface BridgeModels extends PairModels {
  readonly clip: Clip;
  readonly generator: Generator;
}

/**
 * Loads two models whose files are as they were taken in: what is learnt of others would be of no use.
 *
 * @throws StudioError `pack-file-missing`, `pack-file-corrupt`
 */
export async function loadBridgeModels(
  { clip, generator }: BridgeComponents,
  inference: Inference,
  options: VerifyOptions,
): Promise<BridgeModels> {
  await verifyFiles(clip.folder, clip.manifest, options);
  await verifyFiles(generator.folder, generator.manifest, options);
  return {
    clip: await Clip.load(clip, inference),
    generator: await Generator.load(generator, inference),
    spaces: { embedding: contentOf(clip), latent: contentOf(generator) },
    widths: { w: generator.manifest.widths.w, clip: clip.manifest.widths.clip },
  };
}

/** The hash of all that decides what a model gives: its files, and what its manifest says of them. */
function contentOf({ manifest }: Learnable): string {
  const part = manifest.kind === 'clip' ? manifest.clip : manifest.generator;
  const content = JSON.stringify([manifest.widths, part, manifest.files]);
  return createHash('sha256').update(content).digest('hex');
}
