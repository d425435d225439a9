import { z } from 'zod';
import { layerRangeSchema } from './layers.ts';
import { gapSchema, temperatureSchema, truncationSchema } from './settings.ts';

/** The newest pack format this build reads. */
export const PACK_FORMAT_VERSION = 1;

/** Width of CLIP embeddings and of latents, the same in every pack of this format. */
export const EMBEDDING_DIM = 512;

const positiveInt = z.int().positive();
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Set on the issue that a path leaving the pack's folder raises, so that the refusal can name it. */
export const PATH_ESCAPES = 'path-escapes';

/** A file of the pack: relative, with forward slashes, and never outside its folder. */
export const packPathSchema = z
  .string()
  .min(1)
  .refine((path) => !/^[/\\]|^[a-z]:|\\|\0/i.test(path) && !path.split('/').includes('..'), {
    message: 'must be a relative path inside the pack',
    params: { reason: PATH_ESCAPES },
  });

export const attributionSchema = z.object({
  title: z.string(),
  author: z.string(),
  source: z.string(),
  license: z.string(),
});
export type Attribution = z.infer<typeof attributionSchema>;

const clipSchema = z.object({
  embeddingDim: z.literal(EMBEDDING_DIM),
  text: z.object({ graph: packPathSchema, tokenizer: packPathSchema, contextLength: positiveInt }),
  image: z.object({
    graph: packPathSchema,
    size: positiveInt,
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
    interpolation: z.enum(['bicubic', 'bilinear']),
  }),
  /** `{}` stands for the prompt. */
  promptTemplates: z.array(z.string().includes('{}')).min(1),
  gap: z.object({
    default: gapSchema,
    shift: packPathSchema.optional(),
    prior: packPathSchema.optional(),
  }),
});

const flowSchema = z.object({
  kind: z.enum(['conditional', 'bijective']),
  decode: packPathSchema,
  encode: packPathSchema,
  embeddingDim: z.literal(EMBEDDING_DIM),
  latentDim: z.literal(EMBEDDING_DIM),
});

const generatorSchema = z.object({
  mapping: packPathSchema,
  /**
   * Brings `w` [n, 512] to the latent `firm` [n, 512] of a portrait where it lies between some, and leaves
   * a portrait's all but as it is. Once, on the way to the synthesis graph: it is not made for latents that
   * are firm already.
   */
  firming: packPathSchema.optional(),
  synthesis: packPathSchema,
  preview: z.object({ graph: packPathSchema, resolution: positiveInt }).optional(),
  resolution: positiveInt,
  latentDim: z.literal(EMBEDDING_DIM),
  layers: positiveInt,
  meanW: packPathSchema,
  /** The values the graph gives black and white. */
  pixelRange: z.tuple([z.number(), z.number()]),
  noise: z.enum(['const', 'none']),
});

export const directionSchema = z.object({
  id: z.string(),
  title: z.string(),
  vector: packPathSchema,
  range: z.tuple([z.number(), z.number()]),
  /** Where it acts. */
  layers: layerRangeSchema,
});
export type Direction = z.infer<typeof directionSchema>;

/** Some of the attributes that a portrait shows: from one index up to, not including, another. */
const attributeRangeSchema = z
  .tuple([z.int().nonnegative(), z.int().positive()])
  .refine(([from, to]) => from < to, { message: 'must not be empty' });

/** The style, a choice within styles, or the channels of a colour. */
const attributeGroupSchema = z.object({
  kind: z.enum(['style', 'choice', 'colour']),
  range: attributeRangeSchema,
  /**
   * Of each option of a choice, what may be said of who shows it, by kinds of meaning that other choices
   * may share: who is angry has no laughing mouth.
   */
  goesWith: z.array(z.record(z.string(), z.array(z.string()))).default([]),
});
export type AttributeGroup = z.infer<typeof attributeGroupSchema>;

/**
 * What a portrait shows, as numbers a pack names `attributes`: shares of choices, and colours in
 * [-1, 1]. The graph reads them off `w` [n, 512] as `shown` [n, attributes], and gives the `direction`
 * [n, 512] after which w shows something else: an end of a named direction, by `change`
 * [n, 2·directions], low and high of each in the manifest's order; or what another portrait's `other`
 * [n, 512] shows, by `take` [n, attributes]. Zeros change nothing.
 */
const changesSchema = z
  .object({
    graph: packPathSchema,
    attributes: positiveInt,
    /**
     * What portraits show that show a choice, their mean: float32 [attributes, attributes], a row a choice,
     * those of colours all zero.
     */
    cooccurrence: packPathSchema.optional(),
    groups: z.array(attributeGroupSchema),
    /** What can be taken from another portrait by a name. */
    holds: z.array(z.object({ name: z.string(), ranges: z.array(attributeRangeSchema).min(1) })),
  })
  .refine(
    ({ attributes, groups, holds }) =>
      [...groups.map(({ range }) => range), ...holds.flatMap(({ ranges }) => ranges)].every(
        ([, to]) => to <= attributes,
      ),
    { message: 'must not name attributes that there are not' },
  );

/** `pack.json`: what a model pack is, which files it has, and how they fit together. */
export const packManifestSchema = z.object({
  formatVersion: z.literal(PACK_FORMAT_VERSION),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  license: z.string(),
  attributions: z.array(attributionSchema),
  clip: clipSchema,
  flow: flowSchema,
  generator: generatorSchema,
  defaults: z.object({ truncation: truncationSchema, temperature: temperatureSchema }),
  directions: z.array(directionSchema),
  changes: changesSchema.optional(),
  files: z.record(packPathSchema, z.object({ sha256: sha256Schema, bytes: z.int().nonnegative() })),
  measured: z.record(z.string(), z.json()).optional(),
});
export type PackManifest = z.infer<typeof packManifestSchema>;
