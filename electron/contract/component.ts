/**
 * Components: a CLIP or a StyleGAN alone, imported from what others trained. A flow that is learnt between two of
 * them makes a pack.
 */
import { z } from 'zod';
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
