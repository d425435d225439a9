import type { PackManifest } from '../../contract/pack.ts';
import type { RgbPicture } from '../images/codec.ts';

/**
 * RGB8 to what an image encoder reads: planar floats [3, height, width], scaled to [0, 1] and then
 * normalised channel by channel, (x − mean) / std.
 */
export function toPlanes(
  { width, height, data }: RgbPicture,
  { mean, std }: Pick<PackManifest['clip']['image'], 'mean' | 'std'>,
): Float32Array {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (const [channel, offset] of mean.entries()) {
    const scale = 1 / (255 * (std[channel] ?? 1));
    const shift = offset / (std[channel] ?? 1);
    for (let i = 0; i < area; i++) {
      planes[channel * area + i] = (data[i * 3 + channel] ?? 0) * scale - shift;
    }
  }
  return planes;
}
