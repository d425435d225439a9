/**
 * Imports that are killed at any moment: SIGKILL at random times, the same ones for the same seed. `KILLS=40
 * npm test -- test/faults/import-kill.test.ts` kills so many.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readComponent } from '../../electron/engine/components/component.ts';
import { uniform } from '../../electron/engine/latent/gaussian.ts';
import { verifyFiles } from '../../electron/engine/packs/integrity.ts';
import { temporaryFolder } from '../support/library.ts';
import { writeCheckpointPickle } from '../support/pickle.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';

const KILLS = Number(process.env['KILLS'] ?? 10);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
const PROGRAM = fileURLToPath(new URL('import-model.ts', import.meta.url));

/** Imports, unless it is killed before: how long it took. */
async function importFor(ms: number, source: string, root: string): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, source, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const began = performance.now();
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await once(child, 'close');
  clearTimeout(timer);
  return performance.now() - began;
}

const isHidden = (name: string) => name.startsWith('.');

it(
  `imports that were killed ${KILLS} times left a whole model or nothing`,
  { timeout: 60_000 + KILLS * 15_000 },
  async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'components');
    const source = path.join(folder, 'faces.pkl');
    const network = styleGan2Network({ resolution: 64, channels: [9, 8, 7, 6, 5] });
    await writeCheckpointPickle(source, network);
    const life = await importFor(120_000, source, root);
    const leftovers = new Set<number>();
    for (const lot of uniform(SEED, KILLS)) {
      await importFor(lot * life, source, root);
      const names = await readdir(root);
      leftovers.add(names.filter(isHidden).length);
      for (const name of names.filter((one) => !isHidden(one))) {
        const model = path.join(root, name);
        await verifyFiles(model, await readComponent(model));
      }
    }
    // What is left is of the last life alone: each clears away what the one before left.
    expect(Math.max(...leftovers)).toBe(1);
    await importFor(120_000, source, root);
    expect((await readdir(root)).filter(isHidden)).toEqual([]);
  },
);
