/** Exports as they are asked for over the service: what, how, and where to. */
import { z } from 'zod';
import { walkSchema, stopsSchema } from './draw.ts';
import { enlargementSchema, exportSideSchema, ifExistsSchema } from './export.ts';
import { portraitExportSchema } from './export-kinds.ts';
import { serialisedErrorSchema } from './errors.ts';
import { animationFormatSchema, pictureFormatSchema } from './formats.ts';
import { generationIdSchema } from './generation.ts';
import {
  MAX_IDS,
  orderSchema,
  searchRequestSchema,
  similarRequestSchema,
  similarToPictureRequestSchema,
} from './library.ts';
import { list } from './list.ts';

/** As many as one export takes. */
export const MAX_EXPORTED = MAX_IDS;

/** One name, extension and all; no path. */
const fileSchema = z
  .string()
  .refine((name) => !/^\.{0,2}$|[/\\\0]/.test(name), { message: 'must be the name of a file' });

/** A folder that the host can vouch for, where nothing else will do. */
export const folderSchema = z.object({ kind: z.literal('folder'), folder: z.string().min(1) });

/**
 * Where an export goes: a folder the host can vouch for (it came out of the host's own dialog, or was
 * typed on a command line), or one file the host hands to a browser as a download.
 */
export const destinationSchema = z.discriminatedUnion('kind', [
  folderSchema.extend({
    /** What an animation or a folder of frames is called there, to the letter; by default by its safe name. */
    file: fileSchema.optional(),
  }),
  z.object({ kind: z.literal('download') }),
]);
export type Destination = z.infer<typeof destinationSchema>;

/** Where something comes from: a folder that the host can vouch for, or an upload, which is used up. */
export const sourceSchema = z.discriminatedUnion('kind', [
  folderSchema,
  z.object({ kind: z.literal('upload'), id: z.uuid() }),
]);
export type Source = z.infer<typeof sourceSchema>;

/** A portrait that an export goes without: which one, and why. */
export const missedSchema = z.object({ id: generationIdSchema, error: serialisedErrorSchema });
export type Missed = z.infer<typeof missedSchema>;

const outcome = {
  /** Portraits whose pictures or rows could not be read; left out where there are none. */
  missed: z.array(missedSchema).optional(),
  /** How pictures were enlarged, in a sentence too; left out where none were. */
  enlarged: enlargementSchema.extend({ text: z.string() }).optional(),
};

/** What an export became. Downloads end with the session; several files come as one ZIP archive. */
export const deliverySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('files'),
    files: z.array(z.string()),
    ...outcome,
  }),
  z.object({
    kind: z.literal('download'),
    id: z.uuid(),
    name: z.string(),
    bytes: z.int().nonnegative(),
    ...outcome,
  }),
]);
export type Delivery = z.infer<typeof deliverySchema>;

/** How many of the best a ranking gives. */
const bestSchema = z.object({ limit: z.int().min(1).max(MAX_EXPORTED) });

/**
 * Which portraits are meant: these, in this order; those that a list of the library has, in its order; or the best of
 * a search, the closest first.
 */
export const portraitSelectionSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('ids'), ids: list(generationIdSchema, { min: 1, max: MAX_EXPORTED }) }),
  orderSchema.extend({ by: z.literal('list') }),
  searchRequestSchema
    .omit({ offset: true })
    .extend({ by: z.literal('words'), ...bestSchema.shape }),
  similarRequestSchema
    .omit({ offset: true })
    .extend({ by: z.literal('portrait'), ...bestSchema.shape }),
  similarToPictureRequestSchema
    .omit({ offset: true })
    .extend({ by: z.literal('picture'), ...bestSchema.shape }),
]);
export type PortraitSelection = z.infer<typeof portraitSelectionSchema>;
/** The best of a search. */
export type Ranking = Exclude<PortraitSelection, { readonly by: 'ids' | 'list' }>;

export const exportPortraitsRequestSchema = z.object({
  portraits: portraitSelectionSchema,
  as: portraitExportSchema,
  /** Packs all of it into one ZIP archive. */
  zip: z.boolean().optional(),
  /** What it is called, without extension, where it becomes one file or one folder. */
  name: z.string().min(1).max(200),
  destination: destinationSchema,
});
export type ExportPortraitsRequest = z.infer<typeof exportPortraitsRequestSchema>;

/** A strip as numbered pictures, or as one animation. */
export const stripFormatSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pictures'),
    format: pictureFormatSchema,
    /** A folder is never replaced. */
    ifExists: ifExistsSchema.exclude(['replace']),
  }),
  z.object({
    kind: z.literal('animation'),
    format: animationFormatSchema,
    /** How long each frame stands, in milliseconds. */
    frameMs: z.int().min(10).max(10_000),
    /** There and back again, so that the end meets the beginning. */
    pingPong: z.boolean(),
    ifExists: ifExistsSchema,
  }),
]);
export type StripFormat = z.infer<typeof stripFormatSchema>;

export const exportStripRequestSchema = walkSchema.extend({
  stops: stopsSchema,
  format: stripFormatSchema,
  /** Longest side of the frames in pixels, resampled; left out, the size they are drawn at. */
  side: exportSideSchema.optional(),
  /** Of the file, without extension, or of the folder of numbered pictures. */
  name: z.string().min(1).max(200),
  destination: destinationSchema,
});
export type ExportStripRequest = z.infer<typeof exportStripRequestSchema>;
