import { StudioError } from '../../contract/errors.ts';
import { toRgb8 } from './pixels.ts';
import type { Drawing, Pictures, Tensor } from './protocol.ts';
import { requireFinite } from './rows.ts';

/** Planes of pictures that are steps of 1/255 already. */
export interface BytePlanes {
  readonly type: 'uint8';
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/**
 * The pictures in what a synthesis network gave for a drawing.
 *
 * @throws StudioError `pack-wrong-shape`, `pack-not-finite`
 */
export function picturesOf(
  { graph, count, pixelRange }: Pick<Drawing, 'graph' | 'count' | 'pixelRange'>,
  image: Tensor | BytePlanes | undefined,
): Pictures {
  const [pictures, channels, height, width] = image?.dims ?? [];
  if (
    !image ||
    image.type === 'int64' ||
    pictures !== count ||
    channels !== 3 ||
    !height ||
    !width
  ) {
    throw new StudioError(
      'pack-wrong-shape',
      `${graph} gave no "image" of ${count} × 3 × height × width.`,
    );
  }
  const area = width * height;
  if (image.type === 'uint8') {
    return { width, height, pixels: toRgb8(image.data, count, area, [0, 255]) };
  }
  // On a GPU too, where float16 overflows: NaN would be drawn as black.
  requireFinite(graph, 'image', image.data);
  return { width, height, pixels: toRgb8(image.data, count, area, pixelRange) };
}
