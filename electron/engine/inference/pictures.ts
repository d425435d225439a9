import { StudioError } from '../../contract/errors.ts';
import { toRgb8 } from './pixels.ts';
import type { Drawing, Pictures, Tensor } from './protocol.ts';
import { requireFinite } from './rows.ts';

/**
 * The pictures in what a synthesis network gave for a drawing.
 *
 * @throws StudioError `pack-wrong-shape`, `pack-not-finite`
 */
export function picturesOf(
  { graph, count, pixelRange }: Pick<Drawing, 'graph' | 'count' | 'pixelRange'>,
  image: Tensor | undefined,
): Pictures {
  const [pictures, channels, height, width] = image?.dims ?? [];
  if (image?.type !== 'float32' || pictures !== count || channels !== 3 || !height || !width) {
    throw new StudioError(
      'pack-wrong-shape',
      `${graph} gave no "image" of ${count} × 3 × height × width.`,
    );
  }
  // On a GPU too, where float16 overflows: NaN would be drawn as black.
  requireFinite(graph, 'image', image.data);
  return { width, height, pixels: toRgb8(image.data, count, width * height, pixelRange) };
}
