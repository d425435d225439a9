import type { RgbPicture } from '../images/codec.ts';
import { resultAt } from '../inference/results.ts';
import type { LatentCode, UndecodedCode } from '../latent/code.ts';
import { cosine } from '../latent/vectors.ts';
import {
  embedOwnPrompt,
  type OriginOf,
  type PlanContext,
  type PlanOutline,
} from './generation-plan.ts';

/** How many noises are tried: more of them find hardly anything nearer. */
const CANDIDATES = 16;

/**
 * A portrait of another latent space as this pack draws it: its picture's embedding goes through the flow
 * under several noises, and what then looks most like the picture, to CLIP and pixel by pixel, is kept. The
 * same each time.
 */
export async function planCarryOver(
  { of }: OriginOf<'carry-over'>,
  context: PlanContext,
): Promise<PlanOutline> {
  const { session, settings, options } = context;
  const { reader, pictures, models, codes } = session;
  const { prompt } = reader.get(of);
  const words = await embedOwnPrompt(prompt, context);
  const e = await pictures.embedding(of, models, options);
  const { truncation, temperature } = settings;
  const candidates = Array.from({ length: CANDIDATES }, (_, seed): UndecodedCode => {
    // The first lies in the middle of all that the embedding may mean.
    const z = models.flow.noise(seed, seed === 0 ? 0 : temperature);
    return { z, e, truncation, residual: null };
  });
  const decoded = await codes.decode(candidates, options);
  const nearest = await nearestTo({ id: of, e }, decoded, context);
  return {
    ...{ prompt, words: words?.raw ?? null, parents: [of], isRandom: false },
    source: { kind: 'carry-over' },
    code: () => nearest,
  };
}

async function nearestTo(
  { id, e }: { readonly id: string; readonly e: Float32Array },
  candidates: readonly LatentCode[],
  { session, options }: PlanContext,
): Promise<LatentCode> {
  const { clip, generator } = session.models;
  const drawn = await generator.synthesise(
    candidates.map(({ w }) => w),
    options,
  );
  const seen = await clip.embedPictures(drawn, options);
  const original = await session.pictures.read(id, resultAt(drawn, 0));
  const likeness = drawn.map(
    (picture, i) => cosine(e, resultAt(seen, i)) - distance(picture, original),
  );
  return resultAt(candidates, likeness.indexOf(Math.max(...likeness)));
}

/** Mean difference of two pictures, 0 to 1; 0 of pictures whose sizes cannot be compared. */
function distance(a: RgbPicture, b: RgbPicture): number {
  if (a.data.length !== b.data.length) return 0;
  const sum = a.data.reduce((total, value, i) => total + Math.abs(value - (b.data[i] ?? 0)), 0);
  return sum / a.data.length / 255;
}
