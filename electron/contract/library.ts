import { z } from 'zod';
import {
  generationIdSchema,
  generationSchema,
  packRefSchema,
  referenceIdSchema,
} from './generation.ts';
import { queryTextSchema } from './query.ts';

const timeSchema = z.int().nonnegative();

/** Which portraits of the library are meant. What is left out does not narrow. */
export const libraryFilterSchema = z.object({
  /** The trash instead of the gallery; the two never mix. */
  trashed: z.boolean().optional(),
  starred: z.literal(true).optional(),
  pack: packRefSchema.optional(),
  /** Made at or after this time. */
  from: timeSchema.optional(),
  /** Made before this time. */
  until: timeSchema.optional(),
  /** What the search field says (`query.ts`): its words have to stand in them. */
  query: queryTextSchema.optional(),
});
export type LibraryFilter = z.infer<typeof libraryFilterSchema>;

/** The largest page. */
export const MAX_RESULTS = 1_000;
const limitSchema = z.int().min(1).max(MAX_RESULTS);

/** One page of portraits, newest first. `before` is the `next` of the page before. */
export const listQuerySchema = libraryFilterSchema.extend({
  limit: limitSchema,
  before: generationIdSchema.optional(),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

export const libraryPageSchema = z.object({
  items: z.array(generationSchema),
  /** Where the next page starts; null on the last one. */
  next: generationIdSchema.nullable(),
});
export type LibraryPage = z.infer<typeof libraryPageSchema>;

/** A page of hits: the best after `offset` others. Whoever asks on until a page is not full has them all. */
const hitPageSchema = z.object({ limit: limitSchema, offset: z.int().nonnegative().optional() });

/** What the search field says, words and filters (`query.ts`). */
export const searchRequestSchema = hitPageSchema.extend({ words: z.string() });

const amongSchema = hitPageSchema.extend({ query: queryTextSchema.optional() });
/** What is like a portrait, among those that a query finds. */
export const similarRequestSchema = amongSchema.extend({ id: generationIdSchema });
/** What is like a picture of the artist's, among those that a query finds. */
export const similarToPictureRequestSchema = amongSchema.extend({ reference: referenceIdSchema });

/**
 * A portrait with its cosine similarity to what was searched for, best first; null where only words or filters
 * were, or where the CLIP in use has not looked at it.
 */
export const searchHitSchema = z.object({
  generation: generationSchema,
  similarity: z.number().min(-1.001).max(1.001).nullable(),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

export const libraryStatsSchema = z.object({
  /** Portraits outside the trash. */
  portraits: z.int().nonnegative(),
  starred: z.int().nonnegative(),
  trashed: z.int().nonnegative(),
  packs: z.array(z.object({ pack: packRefSchema, portraits: z.int().positive() })),
});
export type LibraryStats = z.infer<typeof libraryStatsSchema>;

/** Something about the library that its artist should know, in words that say what to do. */
export const libraryNoticeSchema = z.object({
  kind: z.enum(['read-only', 'rebuilt', 'set-aside', 'missing', 'unreadable', 'journal']),
  message: z.string(),
});
export type LibraryNotice = z.infer<typeof libraryNoticeSchema>;

/** What opening a library put right after a crash, and what it could not. */
export const reconciliationSchema = z.object({
  /** Pictures whose rows were lost and came back from what the pictures themselves say. */
  adopted: z.int().nonnegative(),
  /** Unfinished files that were cleared away, or put back where their row expects them. */
  swept: z.int().nonnegative(),
  thumbnailsRedrawn: z.int().nonnegative(),
  /** Rows whose picture is gone. */
  missing: z.array(generationIdSchema),
  /** Files among the pictures that this library did not make; left alone. */
  foreign: z.array(z.string()),
  /** Pictures and folders of pictures that may not be read; left out where there are none. */
  unreadable: z.array(z.string()).optional(),
  /** How the database was found that was made again from the pictures; left out where it was not. */
  rebuilt: z.enum(['lost', 'empty']).optional(),
  /** What is wrong with the journal of stars and the trash; left out where nothing is. */
  journal: z.string().optional(),
});
export type Reconciliation = z.infer<typeof reconciliationSchema>;
