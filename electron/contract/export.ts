import { z } from 'zod';
import { pictureFormatSchema } from './formats.ts';
import { drawnGenerationSchema } from './generation.ts';
import { embeddingSchema, latentsSchema } from './latents.ts';
import { toldServerSchema } from './model-server.ts';
import { packFieldsSchema, sha256Schema } from './pack.ts';

/** What to do where a file of the same name already stands. */
export const ifExistsSchema = z.enum(['refuse', 'rename', 'replace']);
export type IfExists = z.infer<typeof ifExistsSchema>;

/** What a naming pattern may hold between braces. */
export const NAME_FIELDS = ['id', 'date', 'time', 'prompt', 'seed', 'pack', 'n'] as const;
export type NameField = (typeof NAME_FIELDS)[number];

/** Longest side that pictures can be exported at, in pixels. */
export const MAX_EXPORT_SIDE = 8_192;
export const exportSideSchema = z.int().min(16).max(MAX_EXPORT_SIDE);

/** File name without extension, for example `{date} {prompt} {seed}`. */
export const namePatternSchema = z.string().min(1).max(200);

/** 1 to 100, for formats that lose something. */
export const qualitySchema = z.int().min(1).max(100);

/** How many times as large as they were drawn pictures can be exported. */
export const ENLARGEMENTS = [2, 4] as const;
export const timesSchema = z.literal(ENLARGEMENTS);
export type Times = z.infer<typeof timesSchema>;

/** What is asked for in place of an upscaler. */
export const LANCZOS = 'lanczos';

/** How pictures are enlarged, of the kinds that can be. */
export const enlargingSchema = z.object({
  /** How many times as large as they were drawn; a side is then that of what was enlarged. */
  enlarge: timesSchema.optional(),
  /** Id of the upscaler, or `lanczos` for none; left out, the first that there is. */
  upscaler: z.string().min(1).max(200).optional(),
});

/** How pictures were enlarged. */
export const enlargementSchema = z.object({
  times: timesSchema,
  /** The model that did it; null where windows of Lanczos did it alone. */
  upscaler: z
    .object({
      title: z.string(),
      license: z.string(),
      factor: z.int(),
      /** The file that the artist brought, and its hash. */
      file: z.string(),
      sha256: sha256Schema,
    })
    .nullable(),
  /** Whether windows of Lanczos brought what the model gave to the size that was asked for. */
  resampled: z.boolean(),
});
export type Enlargement = z.infer<typeof enlargementSchema>;

/** How often an upscaler of that factor enlarges a picture: as often as it goes into what is asked for, or once. */
export function upscalings(times: Times, factor: number): number {
  return factor ** 2 <= times ? 2 : 1;
}

export const pictureExportSchema = z.object({
  format: pictureFormatSchema,
  pattern: namePatternSchema,
  quality: qualitySchema,
  /** False strips every word about how the portrait was made. */
  metadata: z.boolean(),
  ...enlargingSchema.shape,
  /** Longest side in pixels, resampled; left out, the size each was drawn at. */
  side: exportSideSchema.optional(),
  ifExists: ifExistsSchema,
});
export type PictureExport = z.infer<typeof pictureExportSchema>;

export const STORY_FORMAT = 'clip-flow-studio/portrait';
export const STORY_VERSION = 1;

/**
 * What a picture file says of its own making: enough to draw the same pixels again, and to put its
 * row back into a library that lost it.
 */
export const portraitStorySchema = z.object({
  format: z.literal(STORY_FORMAT),
  version: z.literal(STORY_VERSION),
  /** Its spaces are missing in pictures from before they had names. */
  generation: drawnGenerationSchema.partial({ spaces: true }),
  /** Null of a picture that was brought in: nothing that the studio knows drew it. */
  latents: latentsSchema.nullable(),
  /** CLIP's embedding of the picture. */
  embedding: embeddingSchema,
});
export type PortraitStory = z.infer<typeof portraitStorySchema>;

/**
 * A story without its occasion (which row, when, how fast, on whose machine). This is what exports say: the same words,
 * seed, settings and pack then give the same file, byte for byte.
 */
export const recipeSchema = portraitStorySchema.extend({
  generation: portraitStorySchema.shape.generation
    .omit({ id: true, createdAt: true, timings: true })
    .extend({ server: toldServerSchema.optional() }),
  /** Of the pack that drew it, as far as it is known where it was exported. */
  license: packFieldsSchema.shape.license.optional(),
  /** Where it is larger than it was drawn. */
  enlarged: enlargementSchema.optional(),
});
export type Recipe = z.infer<typeof recipeSchema>;
