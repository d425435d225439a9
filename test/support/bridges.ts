/** Bridges between tiny models, in folders of their own. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type BridgeRequest,
  bridgeRequestSchema,
  MIN_PAIRS,
} from '../../electron/contract/bridge.ts';
import { Bridges } from '../../electron/engine/bridge/bridges.ts';
import { Components } from '../../electron/engine/components/components.ts';
import type { Inference } from '../../electron/engine/inference/inference.ts';
import { JobQueue } from '../../electron/engine/jobs/queue.ts';
import { PackInUse } from '../../electron/engine/loading/pack-in-use.ts';
import { writeOnnxGenerator } from './generators.ts';
import { writeHfClip } from './hf-clip.ts';

export interface BridgePlace {
  readonly bridges: Bridges;
  readonly components: Components;
  readonly packs: PackInUse;
  readonly jobs: JobQueue;
  /** Of the bridges' folders. */
  readonly root: string;
}

/** @param base folder for `packs`, `bridges` and `components` */
export function openBridges(base: string, inference: Inference): BridgePlace {
  const packs = new PackInUse({
    ...{ inference, wanted: undefined, roots: [path.join(base, 'packs')] },
  });
  const components = new Components({ root: path.join(base, 'components'), inference, packs });
  const jobs = new JobQueue();
  const root = path.join(base, 'bridges');
  const bridges = new Bridges({ root, components, packs, inference, jobs });
  return { bridges, components, packs, jobs, root };
}

/** Imports a CLIP of 12 numbers, "tiny-clip", and a generator with a w of 6, "tiny-generator". */
export async function importTinyModels(base: string, inference: Inference): Promise<void> {
  const { components } = openBridges(base, inference);
  const source = path.join(base, 'source');
  await mkdir(source, { recursive: true });
  await writeOnnxGenerator(source);
  await components.import(source, { id: 'tiny-generator', license: 'CC0-1.0' });
  await components.import(await writeHfClip('clip', { parent: base }), { id: 'tiny-clip' });
}

/** Between the two. */
export function bridgeRequest(change: Partial<BridgeRequest> = {}): BridgeRequest {
  return bridgeRequestSchema.parse({
    ...{ clip: 'tiny-clip', generator: 'tiny-generator', pairs: MIN_PAIRS, title: 'Tiny bridge' },
    ...{ about: 'a photo of a cat', prompts: ['a red cat', 'a dog'], ...change },
  });
}
