/**
 * Pairs whose drawing is killed at any moment: SIGKILL at random times, the same ones for the same seed. `PAIR_KILLS=40
 * npm test -- test/faults/pairs-kill.test.ts` kills so many.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PairsFile } from '../../electron/engine/bridge/pairs-file.ts';
import { uniform } from '../../electron/engine/latent/gaussian.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';

const KILLS = Number(process.env['PAIR_KILLS'] ?? 6);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
const PROGRAM = fileURLToPath(new URL('draw-pairs.ts', import.meta.url));
/** Pairs written at a time. */
const CHUNK = 16;
/** How long a life may last from its beginning to draw; a chunk takes a tenth of it. */
const LIFE_MS = 400;
const MORE_THAN_A_LIFE = 100_000;

function start(folder: string, count: number) {
  return spawn(process.execPath, [PROGRAM, TINY_PACK, folder, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function liveFor(ms: number, folder: string): Promise<void> {
  const child = start(folder, MORE_THAN_A_LIFE);
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  await once(child, 'close');
}

const countIn = async (folder: string) =>
  (await PairsFile.open(folder).catch(() => null))?.count ?? 0;

it(
  `pairs that were killed ${KILLS} times are those of one drawing`,
  { timeout: 60_000 + KILLS * 15_000 },
  async () => {
    const folder = await temporaryFolder();
    let before = 0;
    for (const lot of uniform(SEED, KILLS)) {
      await liveFor(lot * LIFE_MS, folder);
      const count = await countIn(folder);
      expect(count).toBeGreaterThanOrEqual(before - (before % CHUNK));
      before = count;
    }
    const count = before + CHUNK;
    const whole = await temporaryFolder();
    for (const end of [folder, whole]) await once(start(end, count), 'close');
    expect(await countIn(folder)).toBe(count);
    expect(numbersIn(folder).equals(numbersIn(whole))).toBe(true);
  },
);

function numbersIn(folder: string): Buffer {
  return readFileSync(path.join(folder, 'pairs.f32'));
}
