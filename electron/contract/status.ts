/** What the studio says of itself, at a glance and as news. */
import { z } from 'zod';
import { bytesSchema } from './bytes.ts';
import { deviceReportSchema } from './device.ts';
import { serialisedErrorSchema } from './errors.ts';
import { generationIdSchema } from './generation.ts';
import { handleSchema } from './handle.ts';
import { jobSchema } from './job.ts';
import { libraryNoticeSchema, libraryStatsSchema } from './library.ts';
import { layerGroupSchema } from './layers.ts';
import { namedLockSchema } from './lock.ts';
import { modelServerSettingsSchema, modelServerStatusSchema } from './model-server.ts';
import { directionSchema, packFieldsSchema } from './pack.ts';
import { gapSchema, varietySchema } from './settings.ts';
import { spacesSchema } from './spaces.ts';

const styleSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** What leads to it in a prompt. */
  words: z.string(),
});

/** A style, and the bytes of a PNG, JPEG or WebP of it. */
export const styleSampleSchema = styleSchema.omit({ words: true }).extend({ bytes: bytesSchema });
export type StyleSample = z.infer<typeof styleSampleSchema>;

/** One of a few pictures that show what a pack draws: of words that it offers, or of none. */
export const packSampleSchema = z.object({
  index: z.int().nonnegative(),
  /** How many there are. */
  total: z.int().positive(),
  prompt: z.string(),
  /** WebP. */
  bytes: bytesSchema,
});
export type PackSample = z.infer<typeof packSampleSchema>;

/** What there is to know of a pack that can be drawn with. */
export const packInfoSchema = packFieldsSchema
  .pick({
    id: true,
    version: true,
    title: true,
    description: true,
    license: true,
    attributions: true,
    measured: true,
    prompts: true,
  })
  .extend({
    folder: z.string(),
    /** In which what it draws lies: a portrait with the same latent space can be edited with it. */
    spaces: spacesSchema,
    /** Side of its portraits, in pixels. */
    resolution: z.int().positive(),
    /** How many layers its w⁺ has. */
    layers: z.int().positive(),
    /** Side of its small previews; null where it has none. */
    previewResolution: z.int().positive().nullable(),
    defaults: packFieldsSchema.shape.defaults.extend({ gap: gapSchema, variety: varietySchema }),
    /** The ways across the text/image gap that it brings. */
    gaps: z.array(gapSchema),
    /** Whether its generator takes noise in place of its own, so that a noise seed means something. */
    noise: z.boolean(),
    directions: z.array(directionSchema.omit({ vector: true })),
    /** What its layers do, coarse to fine. */
    layerGroups: z.array(layerGroupSchema),
    /** What of a portrait can stay while the rest is drawn anew. */
    locks: z.array(namedLockSchema),
    /** The styles that it draws in, as it names them. */
    styles: z.array(styleSchema),
  });
export type StyleInfo = z.infer<typeof styleSchema>;
export type PackInfo = z.infer<typeof packInfoSchema>;

/** The pack in use: on its way, in hand, or why there is none. */
export const packStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('missing'), error: serialisedErrorSchema }),
  z.object({ state: z.literal('loading'), folder: z.string() }),
  z.object({ state: z.literal('ready'), pack: packInfoSchema }),
  z.object({ state: z.literal('refused'), folder: z.string(), error: serialisedErrorSchema }),
]);
export type PackState = z.infer<typeof packStateSchema>;

/** A pack that was found, chosen or not: what its manifest says, or why it cannot be read. */
export const packListingSchema = z.object({
  /** What a window calls it by: it names no folders. */
  handle: handleSchema,
  folder: z.string(),
  inUse: z.boolean(),
  /** Whether it came by an import, and so can be removed. */
  imported: z.boolean(),
  pack: packInfoSchema.nullable(),
  error: serialisedErrorSchema.nullable(),
});
export type PackListing = z.infer<typeof packListingSchema>;

/** What a library keeps of one edition of a pack. */
export const keptPackSchema = packFieldsSchema
  .pick({ id: true, version: true, title: true, license: true })
  .extend({
    folder: z.string(),
    /** Of all its files, those among them that others share. */
    bytes: z.int().nonnegative(),
    /** Outside the trash, drawn by this edition. */
    portraits: z.int().nonnegative(),
    /** Whether the pack is installed as well. */
    installed: z.boolean(),
  });
export type KeptPackListing = z.infer<typeof keptPackSchema>;

export const statusSchema = z.object({
  versions: z.object({ studio: z.string(), node: z.string() }),
  pack: packStateSchema,
  device: deviceReportSchema,
  /** Model servers that draw; none where this machine does. */
  servers: z.array(modelServerStatusSchema),
  serverSettings: modelServerSettingsSchema,
  library: libraryStatsSchema.extend({
    folder: z.string(),
    /** Whether portraits can be added and changed. */
    writable: z.boolean(),
    notices: z.array(libraryNoticeSchema),
    /** What it keeps of packs, so that its portraits can always be drawn again and edited. */
    models: z.object({ packs: z.int().nonnegative(), bytes: z.int().nonnegative() }),
    /**
     * Whether other users of the machine are kept out of it: `open` where its disk, or a link in it, does
     * not let that be; `unknown` where the system goes by something else than modes, as Windows does.
     */
    privacy: z.enum(['private', 'open', 'unknown']),
  }),
});
export type Status = z.infer<typeof statusSchema>;

export const studioEventSchema = z.discriminatedUnion('kind', [
  /** How things stand: the first event, and again whenever any of it has changed. */
  z.object({ kind: z.literal('status'), status: statusSchema }),
  /** Portraits came, changed or went, by whichever window, command or process. */
  z.object({
    kind: z.literal('library'),
    added: z.array(generationIdSchema),
    changed: z.array(generationIdSchema),
    removed: z.array(generationIdSchema),
  }),
  /** Boards came, went, or were moved or renamed. */
  z.object({ kind: z.literal('boards') }),
  /** Grids of the library came, went, or were changed. */
  z.object({ kind: z.literal('grids') }),
  z.object({ kind: z.literal('job'), job: jobSchema }),
  /** The inference process had ended by itself and was started again; its work is repeated. */
  z.object({ kind: z.literal('inference-restarted'), reason: z.string() }),
]);
export type StudioEvent = z.infer<typeof studioEventSchema>;
