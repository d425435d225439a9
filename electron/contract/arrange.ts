/** How an artist arranges the library: ratings, colour labels, notes, tags and boards. */
import { z } from 'zod';
import { generationIdSchema } from './identity.ts';
import { list } from './list.ts';

/** 1 to 5; 0 is none. */
export const MAX_RATING = 5;
export const ratingSchema = z.int().min(0).max(MAX_RATING);

/** Colour labels, in the order of the spectrum. */
export const LABELS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export const labelSchema = z.enum(LABELS);
export type Label = z.infer<typeof labelSchema>;

const MAX_NOTE_LENGTH = 10_000;
export const noteSchema = z.string().max(MAX_NOTE_LENGTH);

const MAX_TAG_LENGTH = 100;
export const MAX_TAGS = 200;

/** Free words: in Unicode's composed form (NFC), with single spaces. */
export const tagSchema = z
  .string()
  .overwrite((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
  .min(1)
  .max(MAX_TAG_LENGTH);

/** Tags that are the same but for capitals are one. */
export function tagKey(tag: string): string {
  return tag.toLowerCase().normalize('NFC');
}

export const boardIdSchema = z.uuid();
const boardNameSchema = tagSchema;

/** What a board is by itself. Times are milliseconds since 1970. */
export const boardSchema = z.object({
  id: boardIdSchema,
  name: boardNameSchema,
  /** The board it belongs to, which belongs to none. */
  parent: boardIdSchema.nullable(),
  /** Its place among the boards of the same parent; they ascend. */
  position: z.number(),
  /** The portrait that stands for it, where the artist chose one. */
  cover: generationIdSchema.nullable(),
  createdAt: z.int().nonnegative(),
});
export type Board = z.infer<typeof boardSchema>;

/** A board with what lies on it outside the trash. */
export const boardListingSchema = boardSchema.extend({
  count: z.int().nonnegative(),
  /** The first portrait on it; null on an empty board. */
  first: generationIdSchema.nullable(),
});
export type BoardListing = z.infer<typeof boardListingSchema>;

export const newBoardSchema = boardSchema
  .pick({ name: true })
  .extend({ parent: boardIdSchema.nullable().optional() });
export type NewBoard = z.infer<typeof newBoardSchema>;

/** Another parent, another place, another cover; what is left out stays. */
export const boardMoveSchema = z.object({
  id: boardIdSchema,
  parent: boardIdSchema.nullable().optional(),
  /** The sibling that comes after it; null for the last place. */
  before: boardIdSchema.nullable().optional(),
  cover: generationIdSchema.nullable().optional(),
});
export type BoardMove = z.infer<typeof boardMoveSchema>;

/** What a deed is taken back by (`undo`), until the journal is written anew. */
export const undoTokenSchema = z
  .string()
  .regex(
    /^\d+-\d+$/,
    'It must be two numbers with a dash, as what is taken back was answered with',
  );

/** What came of a deed. */
export const changedSchema = z.object({
  /** How many portraits were changed by it; those that were so already do not count. */
  changed: z.int().nonnegative(),
  /** Left out where nothing was changed, or what was changed cannot be brought back. */
  undo: undoTokenSchema.optional(),
});
export type Changed = z.infer<typeof changedSchema>;

export const tagsSchema = list(tagSchema, { min: 1, max: MAX_TAGS });
export const tagCountSchema = z.object({ tag: z.string(), count: z.int().positive() });
export type TagCount = z.infer<typeof tagCountSchema>;
