import { StudioError } from '../../contract/errors.ts';
import type { Generator } from '../generator/generator.ts';
import type { CallOptions } from '../inference/inference.ts';

/**
 * Draws two portraits, twice.
 *
 * @throws StudioError `pack-constant-output` for a picture of one colour or the same picture for both
 *   latents, `pack-not-repeatable` when the second drawing differs from the first
 */
export async function testRender(generator: Generator, { signal }: CallOptions): Promise<void> {
  const latents = await generator.map([generator.z(1), generator.z(2)], { signal });
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
    const pictures = await generator.synthesise(latents, { signal });
    return pictures.map(({ data }) => data);
  }
}
