/** The noise that pictures of a bank are under the flow: where portraits that are given one of them begin. */
import { sampleLatents } from '../generator/sample-latents.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import type { Beginning, FlowInput } from '../latent/code.ts';
import { addScaled } from '../latent/vectors.ts';
import type { Models } from './models.ts';

type Parts = Pick<Models, 'pack' | 'flow' | 'generator' | 'bank'>;

/**
 * Where a portrait of temperature τ begins that is given a picture of the bank: z = √(1 − τ²) · the picture's own noise
 * + τ · N(0, I), as the preconditioned Crank–Nicolson proposal steps (Cotter, Roberts, Stuart & White, "MCMC methods for
 * functions", 2013): z is N(0, I) wherever the picture's noise is. At 0 it is the picture, from 1 on the flow alone
 * decides. Undefined where the pack does not tell of which w its pictures were drawn, or the flow's noise belongs to no w.
 */
export function beginningAt(
  { pack }: Pick<Parts, 'pack'>,
  picture: number,
  temperature: number,
): Beginning | undefined {
  const { kind, bank } = pack.manifest.flow;
  if (kind !== 'conditional' || !bank?.latents || temperature >= 1) return undefined;
  return { picture, share: Math.sqrt(1 - temperature ** 2) };
}

/** Codes with their whole noise, in their order. */
export async function withOwnNoise<
  T extends FlowInput & { readonly beginning?: Beginning | undefined },
>(models: Parts, codes: readonly T[], options?: CallOptions): Promise<Omit<T, 'beginning'>[]> {
  const pictures = codes.flatMap(({ beginning }) => (beginning ? [beginning.picture] : []));
  const own = await ownNoise(models, pictures, options);
  let found = 0;
  return codes.map(({ beginning, ...code }) => {
    if (!beginning) return code;
    return { ...code, z: addScaled(code.z, resultAt(own, found++), beginning.share) };
  });
}

/** z [w] of pictures under their own embeddings. */
async function ownNoise(
  { pack, flow, generator, bank }: Parts,
  pictures: readonly number[],
  options: CallOptions | undefined,
): Promise<Float32Array[]> {
  const { latents } = pack.manifest.flow.bank ?? {};
  if (!bank || !latents || pictures.length === 0) return [];
  const { seed, truncation } = latents;
  // One by one: rows of a batch may differ in their last bit by its size.
  const drawn = await Promise.all(
    pictures.map((picture) =>
      sampleLatents(generator, [seed + picture], { truncation, mixed: 0 }, options),
    ),
  );
  const encoded = await flow.encode(
    drawn.flat().map((w, i) => ({ w, e: bank.embedding(pictures[i] ?? 0) })),
    options,
  );
  return encoded.map(({ z }) => z);
}
