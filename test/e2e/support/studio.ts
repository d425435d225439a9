/** A real studio behind a real web host, with a library of its own that goes when the test ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sharpCodec } from '../../../electron/engine/images/sharp-codec.ts';
import type { StudioService } from '../../../electron/contract/service.ts';
import type { InferenceOptions } from '../../../electron/engine/inference/inference.ts';
import { openStudio, type Studio } from '../../../electron/engine/studio.ts';
import { startWebHost } from '../../../electron/hosts/web/host.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Folder of the pack to draw with: the one the studio brings, unless the environment names another. */
export const PACK =
  process.env['CLIP_FLOW_E2E_PACK'] ?? path.join(ROOT, 'native-models/illustrated-portraits');

export interface TestStudio extends AsyncDisposable {
  readonly studio: Studio;
  /** Opens the window in a browser. */
  readonly url: string;
}

export interface TestStudioOptions {
  /** A library that outlives the studio; by default a new one. */
  library?: string;
  pack?: string;
  /** Folder of packs' folders; by default the one that `pack` lies in. */
  packRoot?: string;
  inference?: InferenceOptions;
  /** What the window is answered in place of the studio, for a library that is not there. */
  instead?: Partial<StudioService>;
}

export async function openTestStudio({
  library,
  pack = PACK,
  packRoot = path.dirname(pack),
  inference = { device: 'cpu' },
  instead = {},
}: TestStudioOptions = {}): Promise<TestStudio> {
  const folder = library ?? (await mkdtemp(path.join(tmpdir(), 'clip-flow-e2e-')));
  const studio = await openStudio({
    library: folder,
    packRoots: [packRoot],
    pack,
    codec: sharpCodec,
    inference,
  });
  const root = path.join(ROOT, 'dist/renderer');
  const service = { ...studio.service, ...instead };
  const host = await startWebHost({ service, root, port: 0 });
  return {
    studio,
    url: host.url,
    async [Symbol.asyncDispose]() {
      await host.close();
      await studio.close();
      if (library === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
