/**
 * Components: a CLIP, a StyleGAN or an upscaler alone, imported from what others trained. A flow that is learnt between
 * a CLIP and a StyleGAN makes a pack; an upscaler enlarges what is exported.
 */
import { z } from 'zod';
import { serialisedErrorSchema } from './errors.ts';
import { handleSchema } from './handle.ts';
import { packInfoSchema } from './status.ts';
import {
  clipSchema,
  filesSchema,
  folderIdSchema,
  generatorSchema,
  packFieldsSchema,
  packPathSchema,
  sha256Schema,
  widthSchema,
} from './pack.ts';

/** Most times as large as what an upscaler is given that it gives it. */
export const MAX_UPSCALING = 8;
/** Longest side of what an upscaler is given at once, in pixels. */
export const MAX_TILE = 2_048;

const tileSideSchema = z.int().positive().max(MAX_TILE);

/** A network that enlarges pictures a tile at a time. */
export const upscalerSchema = z.object({
  graph: packPathSchema,
  /** How many times as large it makes both sides. */
  factor: z.int().min(2).max(MAX_UPSCALING),
  /** What it is given at once, in pixels. */
  tile: z.object({ width: tileSideSchema, height: tileSideSchema }),
  /** The file that the artist brought. */
  original: z.object({ file: z.string().min(1).max(255), sha256: sha256Schema }),
});

/** What a component's folder has in front of all. */
export const COMPONENT_FILE = 'component.json';

const head = {
  ...packFieldsSchema.pick({ formatVersion: true, title: true, description: true }).shape,
  ...packFieldsSchema.pick({ license: true, attributions: true }).shape,
  id: folderIdSchema,
  files: filesSchema,
};

/** `component.json`: the fields that a pack has for the same, and files as in a pack. */
export const componentManifestSchema = z.discriminatedUnion('kind', [
  z.object({
    ...head,
    kind: z.literal('clip'),
    widths: z.object({ clip: widthSchema }),
    clip: clipSchema,
  }),
  z.object({
    ...head,
    kind: z.literal('generator'),
    widths: z.object({ z: widthSchema, w: widthSchema }),
    generator: generatorSchema,
  }),
  z.object({ ...head, kind: z.literal('upscaler'), upscaler: upscalerSchema }),
]);
export type ComponentManifest = z.infer<typeof componentManifestSchema>;
export type ComponentKind = ComponentManifest['kind'];
/** Kinds between which a bridge is learnt. */
export type LearnableKind = Exclude<ComponentKind, 'upscaler'>;
export type ComponentOf<K extends ComponentKind> = Extract<ComponentManifest, { kind: K }>;

const infoHead = {
  ...packFieldsSchema.pick({ title: true, description: true }).shape,
  ...packFieldsSchema.pick({ license: true, attributions: true }).shape,
  id: folderIdSchema,
  folder: z.string(),
};

/** What there is to know of a component. */
export const componentInfoSchema = z.discriminatedUnion('kind', [
  z.object({
    ...infoHead,
    kind: z.enum(['clip', 'generator']),
    /** How many numbers an embedding of a CLIP, or a w of a generator, has. */
    width: widthSchema,
    /** Side of the pictures that a CLIP takes, or a generator draws, in pixels. */
    resolution: z.int().positive(),
    /** Of a class-conditional generator. */
    classes: generatorSchema.shape.classes,
  }),
  z.object({
    ...infoHead,
    kind: z.literal('upscaler'),
    ...upscalerSchema.pick({ factor: true, tile: true, original: true }).shape,
  }),
]);
export type ComponentInfo = z.infer<typeof componentInfoSchema>;

/** A component that was found: what its manifest says, or why it cannot be read. */
export const componentListingSchema = z.object({
  /** What a window calls it by: it names no folders. */
  handle: handleSchema,
  folder: z.string(),
  component: componentInfoSchema.nullable(),
  error: serialisedErrorSchema.nullable(),
});
export type ComponentListing = z.infer<typeof componentListingSchema>;

/** What an artist may say of a model that is imported. All but `replace` is for components. */
export const importWishesSchema = z.object({
  /** Whether a pack that was imported before and has the same id makes place. */
  replace: z.boolean().optional(),
  id: folderIdSchema.optional(),
  title: packFieldsSchema.shape.title.optional(),
  license: packFieldsSchema.shape.license.optional(),
  /** The class that a class-conditional generator starts with. */
  class: z.int().nonnegative().optional(),
  /** Graphs of a CLIP in another precision than the best there is: `fp32`, `fp16`, `quantized`, `int8`, `q4` and so on. */
  variant: z
    .string()
    .regex(/^\w{1,40}$/)
    .optional(),
});
export type ImportWishes = z.infer<typeof importWishesSchema>;

/** What came of an import: a pack or a component, and what an artist should know of it, as sentences. */
export const importedModelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pack'), pack: packInfoSchema }),
  z.object({
    kind: z.literal('component'),
    component: componentInfoSchema,
    notes: z.array(z.string()),
  }),
]);
export type ImportedModel = z.infer<typeof importedModelSchema>;
