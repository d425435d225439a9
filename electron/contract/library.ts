import { z } from 'zod';
import { boardIdSchema, labelSchema, MAX_RATING, tagSchema } from './arrange.ts';
import {
  generationIdSchema,
  generationSchema,
  packRefSchema,
  referenceIdSchema,
} from './generation.ts';
import { list } from './list.ts';
import { queryTextSchema } from './query.ts';
import { presetsSchema } from './preset.ts';

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
  /** Rated so or better. */
  rating: z.int().min(1).max(MAX_RATING).optional(),
  label: labelSchema.optional(),
  /** However it is capitalised. */
  tag: tagSchema.optional(),
  board: boardIdSchema.optional(),
  /** Has a note. */
  noted: z.literal(true).optional(),
  /** Drawn from these very words. */
  prompt: z.string().optional(),
  /** What the search field says (`query.ts`): its words have to stand in them. */
  query: queryTextSchema.optional(),
});
export type LibraryFilter = z.infer<typeof libraryFilterSchema>;

/** The largest page. */
export const MAX_RESULTS = 1_000;
const limitSchema = z.int().min(1).max(MAX_RESULTS);

/** What portraits are sorted by. */
export const SORT_KEYS = ['date', 'rating', 'name', 'likelihood', 'clip-score', 'board'] as const;
export const sortKeySchema = z.enum(SORT_KEYS);
export type SortKey = z.infer<typeof sortKeySchema>;

/**
 * Portraits in an order. Newest, best rated, likeliest first; names from A to Z; a board, which the filter then
 * names, as the artist arranged it.
 */
export const orderSchema = libraryFilterSchema.extend({
  sort: sortKeySchema.optional(),
  /** The other way round. */
  reverse: z.boolean().optional(),
});
export type Order = z.infer<typeof orderSchema>;

/** How many portraits of an order are passed over. */
const offsetSchema = z.int().nonnegative();

/** One page of portraits: after `before`, which is the `next` of the page before, or from anywhere else by `offset`. */
export const listQuerySchema = orderSchema.extend({
  limit: limitSchema,
  before: generationIdSchema.optional(),
  /** In place of `before`. */
  offset: offsetSchema.optional(),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** Most ids that are told, or that a deed is done to, at once. */
export const MAX_IDS = 100_000;

/** The ids of a stretch of an order. */
export const idsQuerySchema = orderSchema.extend({
  limit: z.int().min(1).max(MAX_IDS),
  offset: offsetSchema.optional(),
});
export type IdsQuery = z.infer<typeof idsQuerySchema>;

export const idsPageSchema = z.object({
  ids: list(generationIdSchema, { max: MAX_IDS }),
  /** How many there are in the order. */
  total: z.int().nonnegative(),
});
export type IdsPage = z.infer<typeof idsPageSchema>;

/** Where a portrait stands in an order. */
export const indexQuerySchema = orderSchema.extend({ id: generationIdSchema });
export type IndexQuery = z.infer<typeof indexQuerySchema>;

export const libraryPageSchema = z.object({
  items: z.array(generationSchema),
  /** Where the next page starts; null on the last one. */
  next: generationIdSchema.nullable(),
});
export type LibraryPage = z.infer<typeof libraryPageSchema>;

/** What portraits are grouped by: the day they were made (local), their words, or what they came from. */
export const GROUP_KEYS = ['day', 'prompt', 'family'] as const;
export const groupKeySchema = z.enum(GROUP_KEYS);
export type GroupKey = z.infer<typeof groupKeySchema>;

export const groupsQuerySchema = libraryFilterSchema.extend({
  by: groupKeySchema,
  limit: z.int().min(1).max(10_000),
});
export type GroupsQuery = z.infer<typeof groupsQuerySchema>;

/** A group of portraits; the one with the newest portrait comes first. */
export const groupSchema = z.object({
  /** `2026-01-31`, the words, or the id of the oldest of the family. */
  key: z.string(),
  count: z.int().positive(),
  /** The newest of it. */
  cover: generationIdSchema,
});
export type Group = z.infer<typeof groupSchema>;

/** How alike near-duplicates are at the least, as a cosine, where nothing else is asked for. */
export const NEAR_DUPLICATE = 0.97;

export const stacksQuerySchema = z.object({
  ids: z.array(generationIdSchema).max(MAX_RESULTS),
  similarity: z.number().min(0).max(1).optional(),
});
export type StacksQuery = z.infer<typeof stacksQuerySchema>;

/** A page of hits: the best after `offset` others. Whoever asks on until a page is not full has them all. */
const hitPageSchema = z.object({ limit: limitSchema, offset: offsetSchema.optional() });

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

/** What came of a backup. */
export const backupSchema = z.object({
  target: z.string(),
  portraits: z.int().nonnegative(),
  files: z.int().nonnegative(),
  /** Files that lie on the same disk and take no room twice. */
  linked: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
});
export type Backup = z.infer<typeof backupSchema>;

/** What was found looking through a whole library. */
export const verificationSchema = z.object({
  portraits: z.int().nonnegative(),
  /** Of all pictures together. */
  bytes: z.int().nonnegative(),
  /** What is wrong, in words; none where all is well. */
  problems: z.array(z.string()),
  /** What helps: rows are written anew by rebuilding, pictures come back by merging a backup in. */
  remedies: z.array(z.enum(['rebuild', 'merge'])),
});
export type Verification = z.infer<typeof verificationSchema>;

/** What was written anew from what pictures and the journal say. */
export const rebuiltSchema = z.object({
  /** Portraits whose rows were read and compared. */
  portraits: z.int().nonnegative(),
  /** Rows that were gone. */
  adopted: z.int().nonnegative(),
  /** Rows that said something else than their picture, or nothing that could be read. */
  rewritten: z.int().nonnegative(),
  /** Pictures that cannot be read, and were left alone. */
  unreadable: z.array(z.string()),
});
export type Rebuilt = z.infer<typeof rebuiltSchema>;

/** What came of taking another library in. */
export const mergedSchema = z.object({
  added: z.int().nonnegative(),
  /** Portraits that both had, by their id or by what they are made of. */
  doubles: z.int().nonnegative(),
  /** Of these, those whose pictures were gone or damaged here and came back. */
  mended: z.int().nonnegative(),
  boards: z.int().nonnegative(),
  /** Portraits of the other library whose pictures cannot be read. */
  missed: z.array(generationIdSchema),
});
export type Merged = z.infer<typeof mergedSchema>;

/** Where a library is now that was moved. */
export const movedSchema = z.object({
  folder: z.string(),
  portraits: z.int().nonnegative(),
  /** Whether nothing of it is left where it was. */
  cleared: z.boolean(),
  /** Whether the studio opens it there by itself from now on; else its folder has to be named at every start. */
  remembered: z.boolean(),
});
export type Moved = z.infer<typeof movedSchema>;

/** What an artist wants of a library. */
export const librarySettingsSchema = z.object({
  /** After how many days portraits of the trash are removed for good; null for never. */
  trashDays: z.int().min(1).max(3_650).nullable(),
  presets: presetsSchema.default([]),
});
export type LibrarySettings = z.infer<typeof librarySettingsSchema>;

export const librarySettingsChangeSchema = z.object({
  trashDays: librarySettingsSchema.shape.trashDays.optional(),
  presets: presetsSchema.optional(),
});
export type LibrarySettingsChange = z.infer<typeof librarySettingsChangeSchema>;
