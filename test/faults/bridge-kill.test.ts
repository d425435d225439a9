/**
 * Bridges that are killed while they are learnt: SIGKILL at random times of each stage, the same ones for the same seed.
 * `BRIDGE_KILLS=40 npm test -- test/faults/bridge-kill.test.ts` kills so many.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pairsFolder } from '../../electron/engine/bridge/folders.ts';
import { uniform } from '../../electron/engine/latent/gaussian.ts';
import { filesBelow } from '../../electron/engine/storage/files-below.ts';
import { remove } from '../../electron/engine/storage/remove.ts';
import { importTinyModels } from '../support/bridges.ts';
import { startInference } from '../support/inference.ts';
import { temporaryFolder } from '../support/library.ts';

const KILLS = Number(process.env['BRIDGE_KILLS'] ?? 8);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
const PROGRAM = fileURLToPath(new URL('learn-bridge.ts', import.meta.url));

/** Where a life ends: so long at the most, in milliseconds, after the line that a stage begins with. */
const STAGES = [
  { line: 'draw-pairs', most: 600 },
  { line: 'train-flow', most: 1_500 },
  { line: 'evaluate', most: 200 },
  { line: 'assemble', most: 800 },
] as const;

function start(base: string) {
  return spawn(process.execPath, [PROGRAM, base], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** @returns whether it was there to be killed */
async function liveUntil({ line, most }: (typeof STAGES)[number], lot: number, base: string) {
  const child = start(base);
  const ended = once(child, 'close');
  const reached = Promise.withResolvers<undefined>();
  createInterface(child.stdout).on('line', (said) => {
    if (said === line) reached.resolve(undefined);
  });
  await Promise.race([reached.promise, ended]);
  await Promise.race([new Promise((resolve) => setTimeout(resolve, lot * most)), ended]);
  const wasAlive = child.kill('SIGKILL');
  await ended;
  return wasAlive;
}

/** Hashes of the files of all packs, by their paths. What a killed process left hidden is not among them. */
const packsIn = (base: string) => hashesBelow(path.join(base, 'packs'));
/** And of the pairs, which stay for the next one. */
const pairsIn = (base: string) => hashesBelow(pairsFolder(bridgeIn(base)));
const bridgeIn = (base: string) => path.join(base, 'bridges', 'tiny-clip--tiny-generator');

async function hashesBelow(root: string): Promise<Record<string, string>> {
  const { files } = await filesBelow(root);
  const hashes = files.toSorted().map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    return [path.relative(root, file), hash.digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

it(
  `a bridge that was killed ${KILLS} times becomes the pack of one that was not`,
  { timeout: 120_000 + KILLS * 30_000 },
  async () => {
    const [whole, base] = [await temporaryFolder(), await temporaryFolder()];
    await importTinyModels(whole, startInference());
    await cp(path.join(whole, 'components'), path.join(base, 'components'), { recursive: true });
    await once(start(whole), 'close');
    const expected = await packsIn(whole);
    expect(Object.keys(expected)).toContain(path.join('tiny-bridge', 'pack.json'));

    let killed = 0;
    for (const [n, lot] of uniform(SEED, KILLS).entries()) {
      const stage = STAGES[Math.floor((n * STAGES.length) / KILLS)] ?? STAGES[0];
      if (await liveUntil(stage, lot, base)) killed += 1;
      const there = await packsIn(base);
      // Whole or not at all.
      if (Object.keys(there).length === 0) continue;
      expect(there).toEqual(expected);
      if (!(await isMade(base))) continue;
      await remove(path.join(base, 'packs'));
      await remove(bridgeIn(base));
    }
    expect(killed).toBeGreaterThan(KILLS / 2);
    await once(start(base), 'close');
    expect(await packsIn(base)).toEqual(expected);
    expect(await isMade(base)).toBe(true);
    expect(await readdir(bridgeIn(base))).toEqual(await readdir(bridgeIn(whole)));
    expect(await pairsIn(base)).toEqual(await pairsIn(whole));
    expect(await readdir(path.join(base, 'packs'))).toEqual(['tiny-bridge']);
  },
);

async function isMade(base: string): Promise<boolean> {
  return (await readFile(path.join(bridgeIn(base), 'bridge.json'), 'utf8')).includes('"made"');
}
