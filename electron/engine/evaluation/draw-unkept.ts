import type { DrawOverrides, Origin } from '../../contract/draw.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import type { LatentCode } from '../latent/code.ts';
import type { Tools } from '../plan/generation-plan.ts';
import { planGenerations } from '../plan/plan.ts';

/** A portrait that no library keeps. */
export interface UnkeptPortrait {
  readonly code: LatentCode;
  readonly picture: RgbPicture;
  /** What CLIP sees in it, [clip] and unit. */
  readonly embedding: Float32Array;
  /** The prompt's own embedding; null without one. */
  readonly words: Float32Array | null;
}

export interface UnkeptRequest {
  readonly origin: Origin;
  readonly count: number;
  readonly settings: DrawOverrides;
}

/**
 * Draws portraits as artists get them, and keeps none.
 *
 * @throws StudioError as `planGenerations`, and whatever drawing throws
 */
export async function drawUnkept(
  request: UnkeptRequest,
  tools: Tools,
  options?: CallOptions,
): Promise<UnkeptPortrait[]> {
  const plans = await planGenerations(request, tools, options);
  const { codes, models } = tools.session;
  const decoded = await codes.decode(
    plans.map((plan) => plan.code()),
    options,
  );
  const latents = decoded.map(({ w }) => w);
  const pictures = await models.generator.synthesise(latents, { ...options });
  const embeddings = await models.clip.embedPictures(pictures, options);
  return decoded.map((code, i) => ({
    code,
    picture: resultAt(pictures, i),
    embedding: resultAt(embeddings, i),
    words: resultAt(plans, i).words,
  }));
}
