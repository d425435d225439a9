import { z } from 'zod';
import { list } from './list.ts';
import { layerRangeSchema } from './layers.ts';
import { RESERVED } from './reserved-names.ts';
import { gapSchema, temperatureSchema, truncationSchema } from './settings.ts';
import { spacesSchema } from './spaces.ts';

/** What a pack's folder has in front of all. */
export const MANIFEST_FILE = 'pack.json';

/** The newest pack format this build reads. */
export const PACK_FORMAT_VERSION = 1;

/** Width of CLIP embeddings and of latents, the same in every pack of this format. */
export const EMBEDDING_DIM = 512;

const positiveInt = z.int().positive();
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Set on the issue that a path leaving the pack's folder raises, so that the refusal can name it. */
export const PATH_ESCAPES = 'path-escapes';

/** No longer than this, so that packs fit into a deep folder on every system. */
const MAX_PATH_LENGTH = 240;
const MAX_NAME_BYTES = 255;

/** A file of the pack: relative, with forward slashes, and never outside its folder. */
export const packPathSchema = z
  .string()
  .min(1)
  .max(MAX_PATH_LENGTH)
  .refine((path) => !leavesFolder(path), {
    abort: true,
    message: 'must be a relative path inside the pack',
    params: { reason: PATH_ESCAPES },
  })
  .refine((path) => path.split('/').every(isPlainName), {
    message: 'must be made of names that every file system keeps as they are',
  });

/** Whether a path could lead out of the folder that it is meant in, on any system. */
export function leavesFolder(path: string): boolean {
  return /^[/\\]|^[a-z]:|\\|\0/i.test(path) || path.split('/').includes('..');
}

/** One spelling for a name, whichever system looks at it: no second one leads to the same file. */
function isPlainName(name: string): boolean {
  return (
    name === name.normalize('NFC') &&
    // eslint-disable-next-line no-control-regex -- control characters are what it is about
    !/^\.?$|[<>:"|?*\\\u0000-\u001f\u007f]|[. ]$/.test(name) &&
    !RESERVED.test(name) &&
    new TextEncoder().encode(name).length <= MAX_NAME_BYTES
  );
}

/** The same for names that some file system takes for the same. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}

/** More than any pack needs. What a manifest says is used for sizes of memory and counts of loops. */
const MOST = {
  files: 1_000,
  fileBytes: 2 ** 32,
  bytes: 2 ** 33,
  templates: 200,
  directions: 256,
  attributes: 4_096,
  items: 1_000,
  layers: 64,
  pixels: 4_096,
  encoderPixels: 1_024,
  context: 1_024,
} as const;

/** What all files of a pack may have together, in bytes. */
export const MAX_PACK_BYTES = MOST.bytes;

const shortText = z.string().max(200);
const longText = z.string().max(10_000);

export const attributionSchema = z.object({
  title: longText,
  author: longText,
  source: longText,
  license: longText,
});
export type Attribution = z.infer<typeof attributionSchema>;

/** Pictures are divided by it. */
const deviationSchema = z.number().min(1e-6);

const clipSchema = z.object({
  embeddingDim: z.literal(EMBEDDING_DIM),
  text: z.object({
    graph: packPathSchema,
    tokenizer: packPathSchema,
    contextLength: z.int().min(2).max(MOST.context),
  }),
  image: z.object({
    graph: packPathSchema,
    size: positiveInt.max(MOST.encoderPixels),
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([deviationSchema, deviationSchema, deviationSchema]),
    interpolation: z.enum(['bicubic', 'bilinear']),
  }),
  /** `{}` stands for the prompt. */
  promptTemplates: list(z.string().max(500).includes('{}'), { max: MOST.templates }).refine(
    (templates) => templates.length > 0,
    'must not be empty',
  ),
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
  preview: z.object({ graph: packPathSchema, resolution: positiveInt.max(MOST.pixels) }).optional(),
  resolution: positiveInt.max(MOST.pixels),
  latentDim: z.literal(EMBEDDING_DIM),
  layers: positiveInt.max(MOST.layers),
  meanW: packPathSchema,
  /** The values the graph gives black and white. */
  pixelRange: z
    .tuple([z.number(), z.number()])
    .refine(([black, white]) => Math.abs(white - black) >= 1e-6, 'must not be the same value'),
  noise: z.enum(['const', 'none']),
});

export const directionSchema = z.object({
  id: shortText,
  title: shortText,
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
  goesWith: list(z.record(shortText, list(shortText, { max: MOST.items })), {
    max: MOST.attributes,
  }).default([]),
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
    attributes: positiveInt.max(MOST.attributes),
    /**
     * What portraits show that show a choice, their mean: float32 [attributes, attributes], a row a choice,
     * those of colours all zero.
     */
    cooccurrence: packPathSchema.optional(),
    groups: list(attributeGroupSchema, { max: MOST.items }),
    /** What can be taken from another portrait by a name. */
    holds: list(
      z.object({
        name: shortText,
        ranges: list(attributeRangeSchema, { min: 1, max: MOST.items }),
      }),
      { max: MOST.items },
    ),
  })
  .refine(
    ({ attributes, groups, holds }) =>
      [...groups.map(({ range }) => range), ...holds.flatMap(({ ranges }) => ranges)].every(
        ([, to]) => to <= attributes,
      ),
    { message: 'must not name attributes that there are not' },
  );

const fileSchema = z.object({
  sha256: sha256Schema,
  bytes: z.int().nonnegative().max(MOST.fileBytes),
});

const filesSchema = z
  .record(z.string(), z.unknown())
  .refine((files) => Object.keys(files).length <= MOST.files, {
    abort: true,
    message: `must be at most ${MOST.files}`,
  })
  .pipe(z.record(packPathSchema, fileSchema))
  .refine(
    (files) => Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0) <= MOST.bytes,
    {
      message: `must have at most ${MOST.bytes} bytes together`,
    },
  )
  .superRefine((files, { addIssue }) => {
    const clash = clashingFile(Object.keys(files));
    if (clash !== undefined) {
      addIssue({
        code: 'custom',
        message: `"${clash}" stands where another file of the pack does`,
      });
    }
  });

/** A file that has the place of another, of the folder of another, or of the manifest, on some file system. */
function clashingFile(paths: readonly string[]): string | undefined {
  const taken = new Set([foldPath(MANIFEST_FILE)]);
  const folders = new Set<string>();
  for (const path of paths) {
    const folded = foldPath(path);
    if (taken.has(folded)) return path;
    taken.add(folded);
    const parts = folded.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  return paths.find((path) => folders.has(foldPath(path)));
}

/** `pack.json`: what a model pack is, which files it has, and how they fit together. */
export const packManifestSchema = z.object({
  formatVersion: z.literal(PACK_FORMAT_VERSION),
  /** The name of its folder too. */
  id: z
    .string()
    .max(100)
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .refine((id) => !RESERVED.test(id), 'is a name that Windows keeps for devices'),
  version: shortText,
  title: shortText,
  description: longText,
  license: shortText,
  attributions: list(attributionSchema, { max: MOST.items }),
  clip: clipSchema,
  flow: flowSchema,
  generator: generatorSchema,
  defaults: z.object({ truncation: truncationSchema, temperature: temperatureSchema }),
  directions: list(directionSchema, { max: MOST.directions }),
  changes: changesSchema.optional(),
  files: filesSchema,
  measured: z.record(z.string(), z.json()).optional(),
  /** The spaces of earlier editions, so that portraits from before spaces had names are given theirs. */
  predecessors: list(z.object({ version: shortText, spaces: spacesSchema }), {
    max: MOST.items,
  }).optional(),
});
export type PackManifest = z.infer<typeof packManifestSchema>;

/** What somebody must see of a pack to tell it from another of the same id. */
const packIdentitySchema = packManifestSchema
  .pick({ title: true, version: true, license: true })
  .extend({ folder: z.string() });
export type PackIdentity = z.infer<typeof packIdentitySchema>;

/** The details of the error `pack-exists`: which pack is there, and which one would take its place. */
export const packConflictSchema = z.object({
  existing: packIdentitySchema,
  offered: packIdentitySchema,
  /** Whether a yes is enough. A pack that came with the studio stays. */
  replaceable: z.boolean(),
});
export type PackConflict = z.infer<typeof packConflictSchema>;
