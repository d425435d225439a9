/**
 * What portraits can be exported as: one list, from which the request of the service, the choices of the window
 * and of the command line, and what has to be written follow. What writes a kind stands in
 * `engine/export/exports.ts`, which the compiler asks for.
 */
import { z } from 'zod';
import {
  enlargingSchema,
  exportSideSchema,
  ifExistsSchema,
  pictureExportSchema,
} from './export.ts';
import { keysOf, STILL_FORMATS } from './formats.ts';
import { paperSchema } from './paper.ts';

/** Single pictures, each under a name of its own. */
const picturesSchema = pictureExportSchema.extend({ kind: z.literal('pictures') });

/** Pictures without their background, where that is plain: PNG. */
const cutoutsSchema = pictureExportSchema
  .pick({ pattern: true, metadata: true, ifExists: true })
  .extend({ kind: z.literal('cutouts') });
export type CutoutsExport = z.infer<typeof cutoutsSchema>;

/** Pictures traced as areas of few colours: SVG. */
const drawingsSchema = pictureExportSchema
  .pick({ pattern: true, metadata: true, ifExists: true })
  .extend({ kind: z.literal('drawings'), colours: z.int().min(2).max(64) });
export type DrawingsExport = z.infer<typeof drawingsSchema>;

/** A folder with pictures and the page that shows them, which works from the disk as from a server. */
const gallerySchema = z.object({
  kind: z.literal('gallery'),
  title: z.string().max(200),
  /** Below the title: paragraphs, an empty line between two of them. */
  introduction: z.string().max(4_000),
  /** Whether the page shows the words that portraits were made from. */
  captions: z.boolean(),
  /** Whether the page offers each picture as a file. */
  downloads: z.boolean(),
  /** False strips from pictures every word about how they were made, and from the page the licence. */
  metadata: z.boolean(),
  ...enlargingSchema.shape,
  /** Longest side in pixels, resampled; left out, the size each was drawn at. */
  side: exportSideSchema.optional(),
  ifExists: ifExistsSchema,
});
export type GalleryExport = z.infer<typeof gallerySchema>;

/** Most portraits side by side on a contact sheet. */
export const MAX_COLUMNS = 12;

/** Portraits in rows on paper: one PDF, or a PNG for each page. */
const sheetSchema = z.object({
  kind: z.literal('sheet'),
  format: z.enum(['pdf', 'png']),
  paper: paperSchema,
  landscape: z.boolean(),
  columns: z.int().min(1).max(MAX_COLUMNS),
  /** On the first page; empty for none. */
  title: z.string().max(200),
  /** Whether the words that portraits were made from stand below them. */
  captions: z.boolean(),
  /** False leaves the licence out. */
  metadata: z.boolean(),
  ifExists: ifExistsSchema,
});
export type SheetExport = z.infer<typeof sheetSchema>;

/** What is known of portraits: a row or an object for each. */
const tableSchema = z.object({
  kind: z.literal('table'),
  format: z.enum(['csv', 'json']),
  ifExists: ifExistsSchema,
});
export type TableExport = z.infer<typeof tableSchema>;

export const arrayNameSchema = z.enum(['embedding', 'w', 'w-plus']);
export type ArrayName = z.infer<typeof arrayNameSchema>;

/**
 * Portraits as numbers: a folder of NumPy arrays (`.npy`, float32, row-major), and `index.json`, which names the
 * portrait of each row.
 */
const arraysSchema = z.object({
  kind: z.literal('arrays'),
  /**
   * Any of `embedding` [portraits × clip], `w` [portraits × w] of those that have one w for all layers, and `w-plus`
   * [portraits × layers × w] of those that were edited.
   */
  arrays: z.array(arrayNameSchema).min(1),
  ifExists: ifExistsSchema,
});
export type ArraysExport = z.infer<typeof arraysSchema>;

/** Every kind with what can be chosen of it. */
export const EXPORT_KINDS = {
  pictures: picturesSchema,
  cutouts: cutoutsSchema,
  drawings: drawingsSchema,
  gallery: gallerySchema,
  sheet: sheetSchema,
  table: tableSchema,
  arrays: arraysSchema,
} as const satisfies { readonly [Kind in string]: z.ZodType<{ kind: Kind }> };

export type ExportKind = keyof typeof EXPORT_KINDS;
export const exportKindSchema = z.enum(keysOf(EXPORT_KINDS));

/** What is chosen, by kind. */
export type ExportOptions = { [Kind in ExportKind]: z.infer<(typeof EXPORT_KINDS)[Kind]> };
export type PortraitExport = ExportOptions[ExportKind];

type OptionsSchema = (typeof EXPORT_KINDS)[ExportKind];
export const portraitExportSchema = z.discriminatedUnion(
  'kind',
  Object.values(EXPORT_KINDS) as [OptionsSchema, ...OptionsSchema[]],
);

/** What is chosen of each kind where nothing else is. */
export const EXPORT_DEFAULTS: Readonly<ExportOptions> = {
  pictures: {
    ...{ kind: 'pictures', format: 'png', quality: 90, pattern: '{prompt} {seed}' },
    ...{ metadata: true, ifExists: 'rename' },
  },
  cutouts: { kind: 'cutouts', pattern: '{prompt} {seed}', metadata: true, ifExists: 'rename' },
  drawings: {
    ...{ kind: 'drawings', pattern: '{prompt} {seed}', colours: 16 },
    ...{ metadata: true, ifExists: 'rename' },
  },
  gallery: {
    ...{ kind: 'gallery', title: 'Portraits', introduction: '', captions: true },
    ...{ downloads: false, metadata: true, ifExists: 'rename' },
  },
  sheet: {
    ...{ kind: 'sheet', format: 'pdf', paper: 'a4', landscape: false, columns: 4 },
    ...{ title: 'Portraits', captions: true, metadata: true, ifExists: 'rename' },
  },
  table: { kind: 'table', format: 'csv', ifExists: 'rename' },
  arrays: { kind: 'arrays', arrays: ['embedding', 'w', 'w-plus'], ifExists: 'rename' },
};

/** How a file of an export ends that is no folder. */
export function extensionOf(as: Exclude<PortraitExport, GalleryExport | ArraysExport>): string {
  if (as.kind === 'cutouts') return STILL_FORMATS.png.extension;
  if (as.kind === 'drawings') return '.svg';
  return as.kind === 'pictures' ? STILL_FORMATS[as.format].extension : `.${as.format}`;
}
