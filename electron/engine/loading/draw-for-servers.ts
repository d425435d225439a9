import type { PackInUse } from './pack-in-use.ts';

/** Has a portrait drawn and looked at, for model servers to be tried with. What it fails with they tell of. */
export async function drawForServers(packs: PackInUse): Promise<void> {
  const { generator, clip } = await packs.models();
  const call = { priority: 'interactive' as const };
  const latents = await generator.map([generator.z(1)], call);
  const pictures = await generator.synthesise(latents, { ...call, here: true });
  await Promise.allSettled([
    generator.synthesise(latents, call),
    clip.embedPictures(pictures, { ...call, mayLeave: true }),
  ]);
}
