/** Pictures that are brought into the library: the studio's own, and anybody's. */
import { z } from 'zod';
import { boardIdSchema, boardSchema, tagsSchema } from './arrange.ts';
import { serialisedErrorSchema } from './errors.ts';
import { generationIdSchema } from './generation.ts';
import { progressEventSchema } from './progress.ts';

const PICTURE_NAME =
  /\.(a?png|jpe?g|jfif|webp|avif|gif|tiff?|bmp|hei[cf]|jxl|jp2|psd|xcf|svg|exr|tga)$/i;

/**
 * Whether a file is called like a picture, and is neither hidden nor what macOS puts beside one.
 *
 * @param path with forward slashes
 */
export function isPicturePath(path: string): boolean {
  const parts = path.split('/');
  const isHidden = parts.some((part) => part.startsWith('.') || part === '__MACOSX');
  return !isHidden && PICTURE_NAME.test(path);
}

/** Where pictures come to lie, those too that were here already. */
export const bringInWishesSchema = z.object({
  board: boardIdSchema.optional(),
  /** In place of `board`: the one of this name, which is made where there is none, once there is a picture for it. */
  boardNamed: boardSchema.shape.name.optional(),
  tags: tagsSchema.optional(),
});
export type BringInWishes = z.infer<typeof bringInWishesSchema>;

/**
 * What came of a picture: back with its settings and latents, in with the words that another program told of it,
 * in without any, or here already, by its content.
 */
export const arrivalSchema = z.enum(['restored', 'prompted', 'plain', 'here']);
export type Arrival = z.infer<typeof arrivalSchema>;

/** One picture, by its path within what was offered. */
export const broughtPictureSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: arrivalSchema, name: z.string(), id: generationIdSchema }),
  z.object({ outcome: z.literal('unreadable'), name: z.string(), error: serialisedErrorSchema }),
]);
export type BroughtPicture = z.infer<typeof broughtPictureSchema>;

export const bringInEventSchema = z.union([
  progressEventSchema,
  z.object({ kind: z.literal('brought'), picture: broughtPictureSchema }),
]);
export type BringInEvent = z.infer<typeof bringInEventSchema>;

const countSchema = z.int().nonnegative();

/** What came of all that was offered. */
export const broughtInSchema = z.object({
  restored: countSchema,
  prompted: countSchema,
  plain: countSchema,
  here: countSchema,
  /** Files that are called like no picture. */
  passedOver: countSchema,
  /** What was added, in the order it came. */
  ids: z.array(generationIdSchema),
  unreadable: z.array(z.object({ name: z.string(), error: serialisedErrorSchema })),
});
export type BroughtIn = z.infer<typeof broughtInSchema>;

/** What came of nothing. */
export function nothingBrought(): BroughtIn {
  return {
    ...{ restored: 0, prompted: 0, plain: 0, here: 0, passedOver: 0 },
    ...{ ids: [], unreadable: [] },
  };
}

/** Counts one picture more. */
export function countPicture(sum: BroughtIn, picture: BroughtPicture): void {
  if (picture.outcome === 'unreadable') {
    sum.unreadable.push({ name: picture.name, error: picture.error });
    return;
  }
  sum[picture.outcome] += 1;
  if (picture.outcome !== 'here') sum.ids.push(picture.id);
}
