import { expect, it } from 'vitest';
import { LatentSpace } from '../latent/w-plus.ts';
import { type LatentSampling, sampleLatents } from './sample-latents.ts';

const space = new LatentSpace({ width: 2, layers: 4 });
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** A generator whose z, mapped, is its seed. */
async function sample(settings: LatentSampling) {
  const mapped: number[] = [];
  const latents = await sampleLatents(
    {
      space,
      z: (seed) => Float32Array.of(seed, seed),
      map: async (z) => {
        mapped.push(...z.map(([seed = 0]) => seed));
        return [...z];
      },
      truncate: (w) => w,
    },
    seeds,
    settings,
  );
  return { mapped, latents };
}

it('maps no more than what is drawn', async () => {
  const { mapped, latents } = await sample({ truncation: [1, 1], mixed: 0 });
  expect(mapped).toEqual(seeds);
  expect(latents.map(([first]) => first)).toEqual(seeds);
});

it('mixes each with a partner of its own, whoever else is mixed', async () => {
  const all = await sample({ truncation: [1, 1], mixed: 1 });
  const some = await sample({ truncation: [1, 1], mixed: 0.5 });
  expect(all.mapped).toHaveLength(2 * seeds.length);
  const mixed = some.latents.filter(({ length }) => length > space.width);
  expect(some.mapped).toHaveLength(seeds.length + mixed.length);
  expect(all.latents).toEqual(expect.arrayContaining(mixed));
});
