/**
 * Components: a CLIP or a StyleGAN alone, imported from what others trained. A flow that is learnt between two of
 * them makes a pack.
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
  widthSchema,
} from './pack.ts';

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
]);
export type ComponentManifest = z.infer<typeof componentManifestSchema>;
export type ComponentKind = ComponentManifest['kind'];
export type ComponentOf<K extends ComponentKind> = Extract<ComponentManifest, { kind: K }>;

/** What there is to know of a component. */
export const componentInfoSchema = z.object({
  ...packFieldsSchema.pick({ title: true, description: true }).shape,
  ...packFieldsSchema.pick({ license: true, attributions: true }).shape,
  id: folderIdSchema,
  kind: z.enum(['clip', 'generator']),
  folder: z.string(),
  /** How many numbers an embedding of a CLIP, or a w of a generator, has. */
  width: widthSchema,
  /** Side of the pictures that a CLIP takes, or a generator draws, in pixels. */
  resolution: z.int().positive(),
  /** Of a class-conditional generator. */
  classes: generatorSchema.shape.classes,
});
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
