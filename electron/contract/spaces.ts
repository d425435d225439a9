import { z } from 'zod';

/** The hash of what makes a space, or `<id>@<version>` of its pack as long as that has not told it. */
const spaceNameSchema = z.string().min(1).max(400);

/** Where nothing lies that a pack draws, decodes or inverts: of pictures that were brought in. */
export const NO_SPACE = 'none';

/** The spaces that the numbers of a portrait lie in. What shares one can be compared, drawn or decoded alike. */
export const spacesSchema = z.object({
  /** What embeds: image encoder and preprocessing. */
  embedding: spaceNameSchema,
  /** What draws: synthesis and projection. */
  latent: spaceNameSchema,
  /** What decodes and inverts. */
  flow: spaceNameSchema,
});
export type Spaces = z.infer<typeof spacesSchema>;

/** What a pack tells of its spaces, or of those of an earlier edition. */
export interface PackSpaces {
  readonly id: string;
  readonly version: string;
  readonly spaces: Spaces;
}

/** The spaces of a pack that has not told them: nobody else's. */
export function unknownSpaces(pack: { readonly id: string; readonly version: string }): Spaces {
  const own = `${pack.id}@${pack.version}`;
  return { embedding: own, latent: own, flow: own };
}
