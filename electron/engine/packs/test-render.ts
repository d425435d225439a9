import { StudioError } from '../../contract/errors.ts';
import { Generator } from '../generator/generator.ts';
import { broadcast } from '../latent/w-plus.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import { gaussian } from '../latent/gaussian.ts';
import type { Pack } from './pack.ts';

/**
 * Draws two portraits, twice.
 *
 * @throws StudioError `pack-constant-output` for a picture of one colour or the same picture for both
 *   latents, `pack-not-repeatable` when the second drawing differs from the first
 */
export async function testRender(
  pack: Pack,
  inference: Inference,
  options: CallOptions,
): Promise<void> {
  const generator = await Generator.load(pack, inference);
  const { latentDim } = pack.manifest.generator;
  const latents = await generator.map([gaussian(1, latentDim), gaussian(2, latentDim)], options);
  const styles = latents.map((w) => broadcast(w, generator.layers));
  const once = await draw();
  const again = await draw();
  if (once.some((pixels, i) => Buffer.compare(pixels, again[i] ?? pixels) !== 0)) {
    throw new StudioError(
      'pack-not-repeatable',
      'The pack draws another picture each time for the same latent, so no portrait could be made again.',
    );
  }
  const [first, second] = once;
  const isFlat = once.some((pixels) => pixels.every((value, i) => value === pixels[i % 3]));
  if (isFlat || !first || !second || Buffer.compare(first, second) === 0) {
    throw new StudioError(
      'pack-constant-output',
      'The pack draws the same picture, or a plain area, whatever the latent.',
    );
  }

  async function draw(): Promise<Uint8Array[]> {
    const pictures = await generator.synthesise(styles, options);
    return pictures.map(({ data }) => data);
  }
}
