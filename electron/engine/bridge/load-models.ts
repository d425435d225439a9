import { createHash } from 'node:crypto';
import { StudioError } from '../../contract/errors.ts';
import { Clip } from '../clip/clip.ts';
import { type Component, graphsOfComponent, type Learnable } from '../components/component.ts';
import { Generator } from '../generator/generator.ts';
import type { Inference } from '../inference/inference.ts';
import { type VerifyOptions, verifyFiles } from '../packs/integrity.ts';
import type { Pack } from '../packs/pack.ts';
import type { PairModels } from './pairs.ts';

/** The two models that a bridge is learnt between. */
export interface BridgeComponents {
  readonly clip: Component<'clip'>;
  readonly generator: Component<'generator'>;
}

/** The same, and the CLIP that judges what comes of them; null for none. */
export interface JudgedComponents extends BridgeComponents {
  readonly judge: Component<'clip'> | null;
}

/** A CLIP alone, or a pack. */
type ClipPackage = Pick<Component<'clip'> | Pack, 'manifest'>;

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

/** @throws StudioError `invalid-argument` for a judge that looks at pictures as the one does who chooses them */
export function requireOther(clip: ClipPackage, judge: Component<'clip'>): void {
  if (encoderOf(clip) !== encoderOf(judge)) return;
  throw new StudioError(
    'invalid-argument',
    `"${judge.manifest.id}" is the CLIP that chooses the pictures, so it cannot judge them. Nothing was begun; name another one, or none.`,
  );
}

function encoderOf({ manifest }: ClipPackage): string | undefined {
  return manifest.files[manifest.clip.image.graph]?.sha256;
}

/** Has the graphs of components loaded no longer. */
export async function releaseComponents(
  components: readonly Learnable[],
  inference: Inference,
): Promise<void> {
  const graphs = components.flatMap((component) =>
    graphsOfComponent(component.manifest).map(({ graph }) => component.file(graph)),
  );
  await inference.release(graphs).catch(() => undefined);
}

/** The hash of all that decides what a model gives: its files, and what its manifest says of them. */
function contentOf({ manifest }: Learnable): string {
  const part = manifest.kind === 'clip' ? manifest.clip : manifest.generator;
  const content = JSON.stringify([manifest.widths, part, manifest.files]);
  return createHash('sha256').update(content).digest('hex');
}
