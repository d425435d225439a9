/**
 * Studios that are killed at any moment: SIGKILL at random times, the same ones for the same seed. `KILLS=300 npm test --
 * test/faults/kill.test.ts` kills so many; `KILL_SEED` is another draw of the lots.
 */
import { expect, it } from 'vitest';
import { copyTinyPack, editManifest, zipTinyPack } from '../support/packs.ts';
import { type Work, WORKS } from './lines.ts';
import { World } from './world.ts';

const KILLS = Number(process.env['KILLS'] ?? 40);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
/** Each with folders of its own; a life waits more than it computes. */
const WORLDS = 2;
const KILLS_IN_A_WORLD = Math.ceil(KILLS / WORLDS);
const A_LIFE_MS = 10_000;
const TIMEOUT_MS = 60_000 + KILLS * A_LIFE_MS;

/** How long a life may last from the moment that its studio is open; the work of one round takes about so long. */
const LIFE_MS: Readonly<Record<Work, number>> = {
  generate: 400,
  export: 300,
  animate: 1_200,
  curate: 400,
  import: 1_000,
  migrate: 250,
};
/** The share of lives whose time runs from the moment that they open the library, and put right what is wrong with it. */
const OPENING = 0.25;
const PACKS = 5;

/** Marsaglia's xorshift32: the same lots for the same seed. */
function lots(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

async function makeZips(): Promise<string[]> {
  return Promise.all(
    Array.from({ length: PACKS }, (_, n) => {
      const pack = copyTinyPack();
      editManifest(pack, (manifest) => (manifest.id = `tiny-${n}`));
      return zipTinyPack(pack);
    }),
  );
}

async function killAgainAndAgain(world: World, lot: () => number): Promise<void> {
  // What follows finds its portraits.
  await world.check(await world.live('generate'));
  expect(world.ledger.count()).toBe(4);
  for (let n = 0; n < KILLS_IN_A_WORLD; n += 1) {
    const work = WORKS[n % WORKS.length] ?? 'generate';
    const isOpening = lot() < OPENING;
    const lines = await world.kill(work, LIFE_MS[work] * lot(), isOpening);
    await world.check(lines);
  }
}

it(
  `${KILLS} studios killed at random lose nothing that they said is done, and leave no draft`,
  { timeout: TIMEOUT_MS },
  async () => {
    const zips = await makeZips();
    const worlds = await Promise.all(Array.from({ length: WORLDS }, () => World.create(zips)));
    await Promise.all(worlds.map((world, n) => killAgainAndAgain(world, lots(SEED + n))));

    for (const world of worlds) {
      // Whoever comes next clears up where it works itself.
      for (const work of ['curate', 'export', 'animate', 'import'] as const) {
        const lines = await world.live(work);
        expect(lines, work).not.toEqual([]);
        await world.check(lines);
      }
      expect(await world.drafts()).toEqual([]);
      // What the artist did is known without the database, too.
      expect(world.ledger.count({ starred: true })).toBeGreaterThan(0);
      expect(world.ledger.count({ trashed: true })).toBeGreaterThan(0);
      await world.loseDatabase();
      await world.check([]);
    }
  },
);
