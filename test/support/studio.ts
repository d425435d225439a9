import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import type { NamedServers } from '../../electron/engine/servers/settings.ts';
import { openStudio, type Studio } from '../../electron/engine/studio.ts';
import { TINY_PACK } from './packs.ts';

/**
 * A studio on the tiny pack for one test, or with `afterAll` as `onEnd` for one file; closed when that
 * is over. Draws on the CPU, into a library of its own unless one is given.
 */
export async function openTestStudio(
  {
    library,
    pack = TINY_PACK,
    packRoot = path.dirname(TINY_PACK),
    components,
    servers = { addresses: [] },
    serverFile,
  }: {
    library?: string;
    pack?: string;
    packRoot?: string;
    components?: string;
    servers?: NamedServers;
    serverFile?: string;
  } = {},
  onEnd: (close: () => Promise<void>) => void = onTestFinished,
): Promise<Studio> {
  const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-studio-'));
  const studio = await openStudio({
    library: library ?? folder,
    packRoots: [packRoot],
    pack,
    components: components ?? path.join(folder, 'components'),
    codec: sharpCodec,
    inference: { device: 'cpu' },
    ...{ servers, serverFile },
  });
  onEnd(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });
  return studio;
}
