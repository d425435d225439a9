/** How a portrait came to be and what came of it, and how an edge of that is run again. */
import { z } from 'zod';
import { breedingSchema } from './breed.ts';
import { editsSchema } from './edit.ts';
import { drawSettingsSchema, seedSchema } from './settings.ts';
import {
  generationIdSchema,
  type Generation,
  generationSchema,
  type Lineage,
  pathSpaceSchema,
} from './generation.ts';

/** Most portraits of one family that are told at once, those nearest first. */
export const MAX_FAMILY = 1_000;

export const familySchema = z.object({
  /**
   * The portrait, everything it came from, and everything that came of any of these; trashed ones
   * too. Who is whose child stands in `parents`.
   */
  portraits: z.array(generationSchema),
  /** Parents that the library does not hold any more, or never held. */
  gone: z.array(generationIdSchema),
  /** Whether there are more than were told. */
  more: z.boolean(),
});
export type Family = z.infer<typeof familySchema>;

/** What can be changed when an edge is run again; what is left out stays as it was. */
export const changeSchema = z
  .object({
    /** Another portrait in place of the first parent. */
    of: generationIdSchema,
    prompt: z.string(),
    strength: z.number().min(0).max(1),
    /** Other edits in place of those that were made. */
    edits: editsSchema,
    /** Of sliders and blends: 1 leaves them as they were, 0 makes nothing of them. */
    factor: z.number().min(0).max(2),
    ...breedingSchema.shape,
    path: pathSpaceSchema,
    position: z.number().min(0).max(1),
    /** Another moment of a timeline, in seconds from its beginning. */
    at: z.number().nonnegative(),
    ...drawSettingsSchema.shape,
    /** Null for the generator's own noise. */
    noiseSeed: seedSchema.nullable(),
  })
  .partial();
export type Change = z.infer<typeof changeSchema>;
export type Changeable = keyof Change;

const WORDS = ['prompt', 'without', 'markup'] as const;

/** What each kind of edge has that can be changed, in the order an artist would look for it. */
export const CHANGEABLE: Record<Lineage['kind'], readonly Changeable[]> = {
  prompt: [...WORDS, 'seed', 'truncation', 'temperature', 'gap', 'variety', 'noiseSeed'],
  image: [...WORDS, 'seed', 'truncation', 'temperature', 'gap', 'variety', 'noiseSeed'],
  variation: ['strength', 'seed', 'truncation', 'temperature', 'noiseSeed', 'of'],
  reword: [...WORDS, 'truncation', 'gap', 'variety', 'noiseSeed', 'of'],
  interpolation: ['position', 'path'],
  'carry-over': ['of'],
  edit: ['edits', 'factor', 'of'],
  timeline: ['at'],
  breed: ['how', 'spread', 'seed', 'of'],
  import: [],
};

export const replayRequestSchema = z.object({ id: generationIdSchema, change: changeSchema });
export type ReplayRequest = z.infer<typeof replayRequestSchema>;

/** A portrait with what came of it. */
export interface Branch {
  readonly portrait: Generation;
  readonly children: readonly Branch[];
}

/**
 * A family as trees, oldest first: every portrait once, under the first of its parents that is there.
 * Ids sort by the moment of creation and parents are older than their children, so there is no circle.
 */
export function branchesOf(portraits: readonly Generation[]): Branch[] {
  const roots: Branch[] = [];
  const children = new Map<string, Branch[]>();
  for (const portrait of portraits.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const branch = { portrait, children: [] };
    const parent = portrait.parents.find((id) => children.has(id));
    (children.get(parent ?? '') ?? roots).push(branch);
    children.set(portrait.id, branch.children);
  }
  return roots;
}
