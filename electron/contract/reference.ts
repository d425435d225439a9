import { z } from 'zod';
import { recipeSchema } from './export.ts';
import { referenceIdSchema } from './generation.ts';
import { bytesSchema } from './bytes.ts';

/** Longer uploads are refused unread. */
export const MAX_UPLOAD_BYTES = 100_000_000;

/** Longest piece of a file that is sent piece by piece. */
export const MAX_PIECE_BYTES = 16_000_000;

/** A picture of the artist's that portraits can start from. It stays with the library. */
export const referenceSchema = z.object({
  id: referenceIdSchema,
  /** Size of the picture as it was given, in pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** WebP. */
  thumbnail: bytesSchema,
  /** How the picture was made, when it is a portrait of a studio's and says so. */
  recipe: recipeSchema.shape.generation.nullable(),
  /** Why what it says of its making could not be used, in words; the picture itself can. */
  notice: z.string().nullable(),
});
export type Reference = z.infer<typeof referenceSchema>;
