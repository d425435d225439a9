import { z } from 'zod';

/** First and last layer of w⁺, both included. Layers count from 0, coarse to fine. */
export const layerRangeSchema = z
  .tuple([z.int().nonnegative(), z.int().nonnegative()])
  .refine(([first, last]) => first <= last, { message: 'must not end before it begins' });
export type LayerRange = z.infer<typeof layerRangeSchema>;

/** Most groups that a pack's layers are told in. */
export const MAX_LAYER_GROUPS = 8;

/** The name of a group, which stands for all layers where it is this. */
export const ALL_LAYERS = 'all';

/** Layers next to one another, and what they do in words. */
export const layerGroupSchema = z.object({
  id: z
    .string()
    .max(60)
    .regex(/^[a-z][a-z0-9-]*$/)
    .refine((id) => id !== ALL_LAYERS, `must not be "${ALL_LAYERS}"`),
  title: z.string().max(60),
  description: z.string().max(200).optional(),
  layers: layerRangeSchema,
});
export type LayerGroup = z.infer<typeof layerGroupSchema>;

/** The names of layer ranges that every generator has. */
export const LAYER_NAMES = [ALL_LAYERS, 'coarse', 'middle', 'fine'] as const;
export type LayerName = (typeof LAYER_NAMES)[number];

/**
 * What these names mean for a generator of so many layers: coarse is the first quarter (pose and shape),
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

/** The groups of a pack that names none. */
export function defaultLayerGroups(layers: number): LayerGroup[] {
  const { coarse, middle, fine } = layerRanges(layers);
  return [
    { id: 'coarse', title: 'Coarse', description: 'Pose and large shapes', layers: coarse },
    { id: 'middle', title: 'Middle', description: 'Features and their shapes', layers: middle },
    { id: 'fine', title: 'Fine', description: 'Colours and surface', layers: fine },
  ];
}

/** What of a pack tells its layers apart. */
export interface Layered {
  readonly layers: number;
  readonly layerGroups: readonly LayerGroup[];
}

/**
 * The layers of a name: one of the pack's groups, or what every generator has; undefined for no name of
 * layers.
 */
export function layersNamed(
  name: string,
  { layers, layerGroups }: Layered,
): LayerRange | undefined {
  const own = layerGroups.find(({ id }) => id === name);
  const common = LAYER_NAMES.find((known) => known === name);
  return own?.layers ?? (common && layerRanges(layers)[common]);
}

/** The name of a range, if it has one. */
export function nameOfRange(
  [first, last]: LayerRange,
  { layers, layerGroups }: Layered,
): string | undefined {
  if (first === 0 && last === layers - 1) return ALL_LAYERS;
  return layerGroups.find(({ layers: [from, to] }) => from === first && to === last)?.id;
}
