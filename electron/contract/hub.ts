/** CLIPs on a model hub with Hugging Face's interface. */
import { z } from 'zod';
import { importWishesSchema } from './component.ts';
import { packPathSchema } from './pack.ts';

/** An owner and a name, such as `somebody/clip`. */
export const hubNameSchema = z
  .string()
  .regex(
    /^(?!\.)[\w.-]{1,96}\/(?!\.)[\w.-]{1,96}$/,
    'It must be an owner and a name, such as somebody/clip',
  );
/** A branch, tag or commit. */
export const hubRevisionSchema = z
  .string()
  .regex(/^[\w.-]{1,200}$/, 'It must be the name of a branch, a tag or a commit');

const variantSchema = importWishesSchema.shape.variant.unwrap();

export const hubRequestSchema = z.object({
  name: hubNameSchema,
  /** By default the main branch. */
  revision: hubRevisionSchema.optional(),
  variant: importWishesSchema.shape.variant,
});
export type HubRequest = z.infer<typeof hubRequestSchema>;

/** What would be downloaded. */
export const hubModelSchema = z.object({
  name: hubNameSchema,
  title: z.string(),
  license: z.string(),
  /** The commit. Asked for by it, what is downloaded is what was shown. */
  revision: hubRevisionSchema,
  files: z.array(z.object({ path: packPathSchema, bytes: z.int().nonnegative() })),
  /** Of all files. */
  bytes: z.int().nonnegative(),
  /** Precisions that it can be had in, the best first; and the one that was asked for, if one was. */
  variants: z.array(variantSchema),
  variant: variantSchema.optional(),
  /** Where an artist can read about it. */
  page: z.url(),
});
export type HubModel = z.infer<typeof hubModelSchema>;

/** A model to download and import. */
export const hubImportSchema = hubRequestSchema.extend(
  importWishesSchema.pick({ title: true, license: true }).shape,
);
export type HubImport = z.infer<typeof hubImportSchema>;
