import { z } from 'zod';

/** First and last layer of w⁺, both included. Layers count from 0, coarse to fine. */
export const layerRangeSchema = z
  .tuple([z.int().nonnegative(), z.int().nonnegative()])
  .refine(([first, last]) => first <= last, { message: 'must not end before it begins' });
export type LayerRange = z.infer<typeof layerRangeSchema>;

/** The names that artists know layer ranges by. */
export const LAYER_NAMES = ['all', 'coarse', 'middle', 'fine'] as const;
export type LayerName = (typeof LAYER_NAMES)[number];

/**
 * What the names mean for a generator of so many layers: coarse is the first quarter (pose and shape),
 * middle the next (features), fine the second half (colours and surface). After Karras, Laine & Aila,
 * "A style-based generator…", 2019, §3.1, in proportion. No range is empty, not even of one layer.
 */
export function layerRanges(layers: number): Record<LayerName, LayerRange> {
  const last = layers - 1;
  const middle = Math.min(Math.ceil(layers / 4), last);
  const fine = Math.min(Math.max(Math.ceil(layers / 2), middle + 1), last);
  return {
    all: [0, last],
    coarse: [0, Math.max(middle - 1, 0)],
    middle: [middle, Math.max(fine - 1, middle)],
    fine: [fine, last],
  };
}

/** The name of a range, if it has one. */
export function nameOfRange([first, last]: LayerRange, layers: number): LayerName | undefined {
  const ranges = layerRanges(layers);
  return LAYER_NAMES.find((name) => ranges[name][0] === first && ranges[name][1] === last);
}
