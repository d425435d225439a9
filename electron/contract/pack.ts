import { z } from 'zod';
import { list } from './list.ts';
import { layerGroupSchema, layerRangeSchema, MAX_LAYER_GROUPS } from './layers.ts';
import { MAX_LOCKED_DIRECTIONS } from './lock.ts';
import { RESERVED } from './reserved-names.ts';
import {
  gapSchema,
  seedSchema,
  temperatureSchema,
  truncationSchema,
  varietySchema,
} from './settings.ts';
import { spacesSchema } from './spaces.ts';

/** What a pack's folder has in front of all. */
export const MANIFEST_FILE = 'pack.json';

/** The pack format that this build works with. Older ones are brought to it where manifests are read. */
export const PACK_FORMAT_VERSION = 2;

const positiveInt = z.int().positive();
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

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
  width: 8_192,
  layers: 64,
  parts: 32,
  styles: 64,
  prompts: 24,
  phraseGroups: 64,
  phrases: 256,
  pixels: 4_096,
  encoderPixels: 1_024,
  context: 1_024,
  classes: 10_000,
  noiseNumbers: 2 ** 26,
  bankPictures: 200_000,
} as const;

/** What all files of a pack may have together, in bytes. */
export const MAX_PACK_BYTES = MOST.bytes;

/** What a bank may hold. */
export const MAX_BANK_PICTURES = MOST.bankPictures;

/** Most numbers of a vector of any space, and most layers of a w⁺. */
export const MAX_WIDTH = MOST.width;
export const MAX_LAYERS = MOST.layers;

/** The neutral phrase of a pack that says none. */
const NEUTRAL_PROMPT = 'a picture';

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

export const widthSchema = positiveInt.max(MOST.width);

/** How many numbers the vectors of each space have. */
const widthsSchema = z.object({
  /** CLIP embeddings. */
  clip: widthSchema,
  /** The mapping network's z. */
  z: widthSchema,
  w: widthSchema,
});
export type PackWidths = z.infer<typeof widthsSchema>;

/** How a text shorter than the context goes to its encoder: as it is, or filled up with a token. */
const paddingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('context'),
    id: z.int().nonnegative(),
    /** Whether the encoder attends to the padding as to the text: the mask is 1 there too. */
    attended: z.boolean().optional(),
  }),
]);

/** A CLIP: its two encoders, and how texts and pictures go into them. */
export const clipSchema = z.object({
  text: z.object({
    graph: packPathSchema,
    tokenizer: packPathSchema,
    contextLength: z.int().min(2).max(MOST.context),
    padding: paddingSchema.default({ kind: 'none' }),
  }),
  image: z
    .object({
      graph: packPathSchema,
      size: positiveInt.max(MOST.encoderPixels),
      mean: z.tuple([z.number(), z.number(), z.number()]),
      std: z.tuple([deviationSchema, deviationSchema, deviationSchema]),
      interpolation: z.enum(['bicubic', 'bilinear']),
      /** Whether the middle square of a picture is taken, or all of it, squeezed into a square. */
      fit: z.enum(['crop', 'stretch']).default('crop'),
      /** The side that pictures are scaled to where it is not `size`, which is then cut out of the middle. */
      resize: positiveInt.max(MOST.encoderPixels).optional(),
    })
    .refine(
      ({ size, resize = size }) => resize >= size,
      'must not scale pictures below their size',
    ),
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

/** Embeddings of pictures that the generator drew at random: what the gap remedy `neighbours` chooses from. */
const bankSchema = z.object({
  /** int8 [count, clip], a row a picture, each in units of its own. */
  embeddings: packPathSchema,
  count: positiveInt.max(MOST.bankPictures),
  /** The mean of texts' embeddings, float32 [clip]. */
  textMean: packPathSchema,
  /**
   * Where each picture's w comes from, of which portraits then begin: the first has this seed, each further one the next;
   * its truncation is uniform between the two.
   */
  latents: z
    .object({
      seed: seedSchema,
      truncation: z.tuple([truncationSchema, truncationSchema]),
    })
    .optional(),
});

const flowSchema = z.object({
  kind: z.enum(['conditional', 'bijective']),
  decode: packPathSchema,
  encode: packPathSchema,
  /**
   * Of a conditional flow: whether its graphs take `s` [n, 1] too, how much noise the embedding is to be taken to have,
   * in deviations of the generator's embeddings. 0 keeps to it; the more, the further portraits depart from it.
   */
  noiseLevels: z.boolean().optional(),
  bank: bankSchema.optional(),
});

const noiseNumbersSchema = positiveInt.max(MOST.noiseNumbers).optional();

/** A StyleGAN: its mapping and synthesis networks. */
export const generatorSchema = z.object({
  mapping: packPathSchema,
  /** Of a class-conditional generator: how many classes the mapping network takes, and the one it starts with. */
  classes: z
    .object({ count: positiveInt.max(MOST.classes), default: z.int().nonnegative() })
    .refine((classes) => classes.default < classes.count, 'must name a class that there is')
    .optional(),
  /**
   * The manifold projection: brings `w` [n, w] to the latent `firm` [n, w] of a portrait where it lies
   * between some, and leaves a portrait's all but as it is. Once, on the way to the synthesis graph: it is
   * not made for latents that were projected already.
   */
  projection: packPathSchema.optional(),
  synthesis: packPathSchema,
  preview: z
    .object({
      graph: packPathSchema,
      resolution: positiveInt.max(MOST.pixels),
      noiseNumbers: noiseNumbersSchema,
    })
    .optional(),
  resolution: positiveInt.max(MOST.pixels),
  layers: positiveInt.max(MOST.layers),
  /** What the layers do, in words. Coarse, middle and fine where a pack says nothing. */
  layerGroups: list(layerGroupSchema, { max: MAX_LAYER_GROUPS }).default([]),
  meanW: packPathSchema,
  /** The values the graph gives black and white. */
  pixelRange: z
    .tuple([z.number(), z.number()])
    .refine(([black, white]) => Math.abs(white - black) >= 1e-6, 'must not be the same value'),
  noise: z.enum(['const', 'none']),
  /**
   * How many numbers of noise the synthesis graph takes in place of its own, all layers one after the other,
   * coarse to fine; without it, its noise is always its own.
   */
  noiseNumbers: noiseNumbersSchema,
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

/** The drawing style, a choice within styles, or the channels of a colour. */
const attributeGroupSchema = z.object({
  kind: z.enum(['style', 'choice', 'colour']),
  range: attributeRangeSchema,
  /**
   * Of each option of a choice, what may be said of who shows it, by kinds of label that other choices
   * may share: one that is `{ weather: ['rain'] }` contradicts one that is `{ weather: ['sun'] }`.
   */
  goesWith: list(z.record(shortText, list(shortText, { max: MOST.items })), {
    max: MOST.attributes,
  }).default([]),
});
export type AttributeGroup = z.infer<typeof attributeGroupSchema>;

/**
 * The attribute model: what a portrait shows, as numbers. Class probabilities of choices, and colours in
 * [-1, 1]. The graph reads them off `w` [n, w] as `shown` [n, attributes], and gives the `direction` [n, w]
 * after which w shows something else: an end of a named direction, by `change` [n, 2·directions], low and
 * high of each in the manifest's order; or what another portrait's `other` [n, w] shows, by `take`
 * [n, attributes]. Zeros change nothing.
 */
const attributeModelSchema = z
  .object({
    graph: packPathSchema,
    /** How many. */
    count: positiveInt.max(MOST.attributes),
    /**
     * What portraits show that show a choice, their mean: float32 [attributes, attributes], a row a choice,
     * those of colours all zero.
     */
    cooccurrence: packPathSchema.optional(),
    groups: list(attributeGroupSchema, { max: MOST.items }),
  })
  .refine(({ count, groups }) => groups.every(({ range: [, to] }) => to <= count), {
    message: 'must not name attributes that there are not',
  });

const idSchema = z
  .string()
  .max(60)
  .regex(/^[a-z0-9][a-z0-9-]*$/);

/**
 * What of a portrait can be locked by a name while the rest is drawn anew: attributes, which another
 * portrait can show just so, or directions, along which nothing moves.
 */
const lockablePartSchema = z
  .object({
    id: idSchema,
    title: shortText,
    description: shortText.optional(),
    attributes: list(attributeRangeSchema, { min: 1, max: MOST.items }).optional(),
    directions: list(shortText, { min: 1, max: MAX_LOCKED_DIRECTIONS }).optional(),
  })
  .refine(
    ({ attributes, directions }) => (attributes === undefined) !== (directions === undefined),
    {
      message: 'must have either attributes or directions',
    },
  );

/** Words that lead to something which a pack draws. */
const phraseSchema = z.object({
  words: shortText.min(1),
  /** What is seen of it, where it is a colour. */
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/, 'must be a colour such as #c4430f')
    .optional(),
});
export type Phrase = z.infer<typeof phraseSchema>;

const phraseGroupSchema = z.object({
  title: shortText.min(1),
  /** Whether a portrait shows one of them at most, so that each takes the place of another. */
  one: z.boolean().default(false),
  phrases: list(phraseSchema, { min: 1, max: MOST.phrases }),
});
export type PhraseGroup = z.infer<typeof phraseGroupSchema>;

/** Words that belong to what a pack draws. */
const promptsSchema = z.object({
  /** What a phrase alone is told from, so that a slider adds to a portrait and does not replace it. */
  neutral: shortText.min(1).default(NEUTRAL_PROMPT),
  /** To begin with. */
  examples: list(shortText.min(1), { max: MOST.prompts }).default([]),
  /** What surprises are drawn from: `{one|another}` stands for one of several, chosen by chance. */
  surprise: z.string().min(1).max(2_000).optional(),
  /** What can be drawn, for an artist to choose from. */
  phrases: list(phraseGroupSchema, { max: MOST.phraseGroups }).default([]),
});

const styleSchema = z.object({
  id: idSchema,
  title: shortText,
  /** A small picture in this style: PNG, JPEG or WebP. */
  sample: packPathSchema,
  /** What leads to it in a prompt; its title where a pack says nothing. */
  words: shortText.min(1).optional(),
});

const packFileSchema = z.object({
  sha256: sha256Schema,
  bytes: z.int().nonnegative().max(MOST.fileBytes),
});

/** Size and hash of every file that is used. */
export const filesSchema = z
  .record(z.string(), z.unknown())
  .refine((files) => Object.keys(files).length <= MOST.files, {
    abort: true,
    message: `must be at most ${MOST.files}`,
  })
  .pipe(z.record(packPathSchema, packFileSchema))
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

/** An id that names a folder too. */
export const folderIdSchema = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'It must be of small letters, digits and dashes')
  .refine((id) => !RESERVED.test(id), 'is a name that Windows keeps for devices');

/** The fields of `pack.json`, each for itself. */
export const packFieldsSchema = z.object({
  formatVersion: z.literal(PACK_FORMAT_VERSION),
  id: folderIdSchema,
  version: shortText,
  title: shortText,
  description: longText,
  license: shortText,
  attributions: list(attributionSchema, { max: MOST.items }),
  widths: widthsSchema,
  clip: clipSchema,
  flow: flowSchema,
  generator: generatorSchema,
  defaults: z.object({
    truncation: truncationSchema,
    temperature: temperatureSchema,
    variety: varietySchema.optional(),
  }),
  directions: list(directionSchema, { max: MOST.directions }).default([]),
  attributes: attributeModelSchema.optional(),
  parts: list(lockablePartSchema, { max: MOST.parts }).default([]),
  prompts: promptsSchema.prefault({}),
  /** Phrases that portraits are described by, a line each, for zero-shot tags. */
  vocabulary: packPathSchema.optional(),
  styles: list(styleSchema, { max: MOST.styles }).default([]),
  files: filesSchema,
  measured: z.record(z.string(), z.json()).optional(),
  /** The spaces of earlier editions, so that portraits from before spaces had names are given theirs. */
  predecessors: list(z.object({ version: shortText, spaces: spacesSchema }), {
    max: MOST.items,
  }).optional(),
});

/** `pack.json`: what a model pack is, which files it has, and how they fit together. */
export const packManifestSchema = packFieldsSchema.superRefine(refuseContradictions);
export type PackManifest = z.infer<typeof packManifestSchema>;

/** The parts of a manifest must fit together. */
function refuseContradictions(
  {
    widths,
    flow,
    generator,
    directions,
    attributes,
    parts,
    styles,
  }: z.output<typeof packFieldsSchema>,
  { addIssue }: z.core.$RefinementCtx,
): void {
  const refuse = (path: (string | number)[], message: string) =>
    addIssue({ code: 'custom', path, message });
  for (const [list, entries] of Object.entries({ directions, parts, styles })) {
    const twice = entries.findIndex(({ id }, i) => entries.findIndex((e) => e.id === id) < i);
    if (twice >= 0) refuse([list, twice, 'id'], 'must not be there twice');
  }
  if (flow.kind === 'bijective' && widths.clip !== widths.w) {
    refuse(['flow', 'kind'], 'must be conditional where CLIP and w differ in width');
  }
  const ids = generator.layerGroups.map(({ id }) => id);
  if (new Set(ids).size < ids.length) refuse(['generator', 'layerGroups'], 'must differ by id');
  const beyond = generator.layerGroups.findIndex(({ layers }) => layers[1] >= generator.layers);
  if (beyond >= 0) {
    refuse(
      ['generator', 'layerGroups', beyond, 'layers'],
      'must not name layers that there are not',
    );
  }
  const known = new Set(directions.map(({ id }) => id));
  for (const [i, part] of parts.entries()) {
    if (part.attributes?.some(([, to]) => to > (attributes?.count ?? 0))) {
      refuse(['parts', i, 'attributes'], 'must not name attributes that there are not');
    }
    if (part.directions?.some((id) => !known.has(id))) {
      refuse(['parts', i, 'directions'], 'must not name directions that there are not');
    }
    if (ids.includes(part.id)) refuse(['parts', i, 'id'], 'must not be the id of a layer group');
  }
}

/** What somebody must see of a pack to tell it from another of the same id. */
const packIdentitySchema = packFieldsSchema
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
