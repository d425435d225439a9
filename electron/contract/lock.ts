/** What stays as it is in a portrait while the rest of it is drawn anew. */
import { z } from 'zod';
import { layerRanges, layerRangeSchema } from './layers.ts';
import { list } from './list.ts';

export const lockSchema = z.discriminatedUnion('kind', [
  /** These layers stay as they are. */
  z.object({ kind: z.literal('layers'), layers: layerRangeSchema }),
  /** Nothing moves along these directions of the pack, in the layers that each acts on. */
  z.object({ kind: z.literal('directions'), ids: list(z.string(), { min: 1, max: 32 }) }),
  /** What is shown of this stays, however it is drawn: one of the pack's `holds`. */
  z.object({ kind: z.literal('shown'), what: z.string().max(60) }),
]);
export type Lock = z.infer<typeof lockSchema>;

export const locksSchema = list(lockSchema, { max: 8 });

/** The names that artists know locks by. */
export const LOCK_NAMES = ['structure', 'colours', 'hair', 'background'] as const;
export const lockNameSchema = z.enum(LOCK_NAMES);
export type LockName = z.infer<typeof lockNameSchema>;

/** What of a pack decides what can be held. */
interface Holdable {
  readonly layers: number;
  readonly directions: readonly { readonly id: string }[];
  readonly holds: readonly string[];
}

/**
 * What the names mean for a pack; null where it cannot hold that. Shapes lie in the coarse and middle
 * layers, colours in the fine ones. Hair and background a pack knows how to hold, or it must bring
 * directions whose ids begin so: `hair-length`, `background-hue`.
 */
export function locksOf({ layers, directions, holds }: Holdable): Record<LockName, Lock | null> {
  const { coarse, middle, fine } = layerRanges(layers);
  const shown = (name: string): Lock | null => {
    if (holds.includes(name)) return { kind: 'shown', what: name };
    const ids = directions.map(({ id }) => id).filter((id) => id.split('-')[0] === name);
    return ids.length > 0 ? { kind: 'directions', ids } : null;
  };
  return {
    structure: { kind: 'layers', layers: [coarse[0], middle[1]] },
    colours: { kind: 'layers', layers: fine },
    hair: shown('hair'),
    background: shown('background'),
  };
}
