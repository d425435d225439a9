/** What stays as it is in a portrait while the rest of it is drawn anew. */
import { z } from 'zod';
import { type Layered, type LayerRange, layerRanges, layerRangeSchema } from './layers.ts';
import { list } from './list.ts';

/** Most directions that one lock names. */
export const MAX_LOCKED_DIRECTIONS = 32;

export const lockSchema = z.discriminatedUnion('kind', [
  /** These layers stay as they are. */
  z.object({ kind: z.literal('layers'), layers: layerRangeSchema }),
  /** Nothing moves along these directions of the pack, in the layers that each acts on. */
  z.object({
    kind: z.literal('directions'),
    ids: list(z.string(), { min: 1, max: MAX_LOCKED_DIRECTIONS }),
  }),
  /** What is shown of this part stays, however it is drawn: the id of a lockable part that has attributes. */
  z.object({ kind: z.literal('shown'), what: z.string().max(60) }),
]);
export type Lock = z.infer<typeof lockSchema>;

export const locksSchema = list(lockSchema, { max: 64 });

/** The name of a lock, as artists and the command line give it. */
export const lockNameSchema = z.string().min(1).max(60);

/** A lock with its name. */
export const namedLockSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().optional(),
  lock: lockSchema,
});
export type NamedLock = z.infer<typeof namedLockSchema>;

/** What of a pack decides what can be locked. */
export interface Lockable extends Layered {
  readonly locks: readonly NamedLock[];
}

/** Locks of earlier versions, as layers of any generator: shapes lie in the coarse and middle ones. */
const EARLIER: Record<string, (layers: number) => LayerRange> = {
  structure: (layers) => [layerRanges(layers).coarse[0], layerRanges(layers).middle[1]],
  colours: (layers) => layerRanges(layers).fine,
};

/** The lock of a name with a pack, also of one that earlier versions had; undefined for no such name. */
export function lockNamed(name: string, { layers, locks }: Lockable): Lock | undefined {
  const own = locks.find(({ id }) => id === name)?.lock;
  const range = Object.hasOwn(EARLIER, name) ? EARLIER[name]?.(layers) : undefined;
  return own ?? (range && { kind: 'layers', layers: range });
}

/** The names of what is locked: layer groups within locked layers, and what is locked just so. */
export function namesOfLocks(made: readonly Lock[], { locks }: Lockable): string[] {
  return locks.filter(({ lock }) => made.some((each) => isWithin(lock, each))).map(({ id }) => id);
}

function isWithin(lock: Lock, other: Lock): boolean {
  if (lock.kind === 'layers' && other.kind === 'layers') {
    return other.layers[0] <= lock.layers[0] && lock.layers[1] <= other.layers[1];
  }
  return JSON.stringify(lock) === JSON.stringify(other);
}
