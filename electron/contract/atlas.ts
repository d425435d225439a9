/** The atlas: the portraits of the library laid out by meaning in two dimensions, like ones near each other. */
import { z } from 'zod';
import { generationIdSchema } from './identity.ts';
import { list } from './list.ts';
import { queryTextSchema } from './query.ts';

/** A place of the atlas. Everything that is laid out lies between 0 and 1 in both directions. */
export const atlasPointSchema = z.object({ x: z.number(), y: z.number() });
export type AtlasPoint = z.infer<typeof atlasPointSchema>;

const amongSchema = z.object({
  /** What the search field says: its words have to stand in the portraits. */
  query: queryTextSchema.optional(),
});

/** The finest cells are 2⁻²⁰ wide: no two portraits are as near as that. */
export const MAX_ATLAS_LEVEL = 20;
/** The most cells that one view has. */
export const MAX_ATLAS_CELLS = 4_096;

/**
 * What is seen of the atlas: cells 2⁻ˡᵉᵛᵉˡ wide between two corners. Cells lie on a grid of their own, so that
 * they do not change while the view is moved.
 */
export const atlasViewSchema = amongSchema.extend({
  from: atlasPointSchema,
  to: atlasPointSchema,
  level: z.int().min(0).max(MAX_ATLAS_LEVEL),
});
export type AtlasView = z.infer<typeof atlasViewSchema>;

/** The portraits of a cell, of which one stands for all. Zooming in, it goes on standing for its own. */
export const atlasCellSchema = atlasPointSchema.extend({
  /** The portrait that stands for them; x and y are its own place. */
  cover: generationIdSchema,
  prompt: z.string(),
  count: z.int().positive(),
});
export type AtlasCell = z.infer<typeof atlasCellSchema>;

/** Words that are frequent among the portraits around a place, and rare elsewhere. */
export const atlasWordsSchema = atlasPointSchema.extend({
  words: z.array(z.string()),
  count: z.int().positive(),
});
export type AtlasWords = z.infer<typeof atlasWordsSchema>;

export const atlasSchema = z.object({
  /** Portraits that have a place, of those that were asked for. */
  placed: z.int().nonnegative(),
  /** Portraits of the library without one: laying out gives them theirs, and moves no other. */
  unplaced: z.int().nonnegative(),
  cells: z.array(atlasCellSchema),
  words: z.array(atlasWordsSchema),
});
export type Atlas = z.infer<typeof atlasSchema>;

export const layOutRequestSchema = z.object({
  /** Every place anew, also of those that have one. */
  anew: z.boolean().optional(),
});
export const laidOutSchema = z.object({
  /** Portraits that were given a place. */
  placed: z.int().nonnegative(),
});
export type LaidOut = z.infer<typeof laidOutSchema>;

/** Whatever lies inside of a closed line. */
export const atlasLassoSchema = amongSchema.extend({
  line: list(atlasPointSchema, { min: 3, max: 2_000 }),
});
export type AtlasLasso = z.infer<typeof atlasLassoSchema>;

/** The nearest to a place among portraits that the pack in use can draw with. */
export const atlasNearestSchema = z.object({
  at: atlasPointSchema,
  limit: z.int().min(1).max(64),
});
export type AtlasNearest = z.infer<typeof atlasNearestSchema>;
export const atlasNeighbourSchema = atlasPointSchema.extend({
  id: generationIdSchema,
  distance: z.number().nonnegative(),
});
export type AtlasNeighbour = z.infer<typeof atlasNeighbourSchema>;

/** Where portraits lie; those without a place are left out. */
export const atlasPlaceSchema = atlasPointSchema.extend({ id: generationIdSchema });
export type AtlasPlaceOf = z.infer<typeof atlasPlaceSchema>;
