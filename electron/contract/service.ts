/** Everything a host offers. Servers, clients and checks on both sides are derived from this list. */
import { z } from 'zod';
import {
  deliverySchema,
  exportGalleryRequestSchema,
  exportPicturesRequestSchema,
  exportStripRequestSchema,
} from './delivery.ts';
import {
  judgementSchema,
  judgeRequestSchema,
  principalDirectionSchema,
  renamePrincipalSchema,
} from './edit.ts';
import { explanationSchema } from './explain.ts';
import {
  editPreviewRequestSchema,
  frameSchema,
  generateEventSchema,
  generateRequestSchema,
  keepRequestSchema,
  previewFrameSchema,
  previewRequestSchema,
  stripEventSchema,
  stripRequestSchema,
} from './draw.ts';
import { generationIdSchema, generationSchema, referenceIdSchema } from './generation.ts';
import {
  libraryFilterSchema,
  libraryPageSchema,
  listQuerySchema,
  MAX_RESULTS,
  searchHitSchema,
} from './library.ts';
import { familySchema, MAX_FAMILY, replayRequestSchema } from './lineage.ts';
import { bytesSchema, call, type Methods, nothingSchema, type Service, stream } from './method.ts';
import { progressEventSchema } from './progress.ts';
import { referenceSchema } from './reference.ts';
import { packInfoSchema, packListingSchema, statusSchema, studioEventSchema } from './status.ts';
import {
  exportFilmRequestSchema,
  exportRenderRequestSchema,
  keepMomentRequestSchema,
  renderFrameRequestSchema,
  renderIdSchema,
  renderRequestSchema,
  renderSchema,
} from './timeline.ts';

const idSchema = z.object({ id: generationIdSchema });
const idsSchema = z.object({ ids: z.array(generationIdSchema).max(100_000) });
/** How many portraits were changed by it; those that were so already do not count. */
const changedSchema = z.object({ changed: z.int().nonnegative() });
const limitSchema = z.int().min(1).max(MAX_RESULTS);
const drawnSchema = z.object({ ids: z.array(generationIdSchema) });
const hitsSchema = z.array(searchHitSchema);
const uploadSchema = z.object({ id: z.uuid() });
const folderSchema = z.object({ folder: z.string().min(1) });

export const studioMethods = {
  // How things stand
  status: call(nothingSchema, statusSchema),
  /** Status first and then news, until cancelled. */
  watch: stream(nothingSchema, studioEventSchema, nothingSchema),
  cancelJob: call(z.object({ id: z.uuid() }), nothingSchema),

  // Model packs
  packs: call(nothingSchema, z.array(packListingSchema)),
  /** Checks every hash, graph and drawing of a pack without choosing it. */
  verifyPack: stream(folderSchema, progressEventSchema, packInfoSchema),
  /** Draws with another pack from now on. The one in use stays in use should this one be refused. */
  choosePack: stream(folderSchema, progressEventSchema, packInfoSchema),
  /** Begins to take in a file piece by piece. It waits until it is used or dropped. */
  openUpload: call(z.object({ name: z.string().min(1).max(255) }), uploadSchema),
  appendUpload: call(uploadSchema.extend({ bytes: bytesSchema }), nothingSchema),
  dropUpload: call(uploadSchema, nothingSchema),
  /** Takes a pack in from an uploaded ZIP archive, once it has passed every check. The upload is used up. */
  importPack: stream(uploadSchema, progressEventSchema, packInfoSchema),

  // Drawing
  /** Ends with the ids of all portraits in the order asked for. What was drawn before a cancel is kept. */
  generate: stream(generateRequestSchema, generateEventSchema, drawnSchema),
  /** Runs the edge of the lineage that made a portrait once more, as it was or with something changed. */
  replay: stream(replayRequestSchema, generateEventSchema, drawnSchema),
  /** Takes in a picture of the artist's; the same file twice is one reference. */
  addReference: call(z.object({ bytes: bytesSchema }), referenceSchema),
  reference: call(z.object({ id: referenceIdSchema }), referenceSchema),
  preview: call(previewRequestSchema, previewFrameSchema),
  /** A portrait with edits made; `generate` with the origin `edit` keeps it. */
  previewEdit: call(editPreviewRequestSchema, frameSchema),
  judgeEdits: call(judgeRequestSchema, judgementSchema),
  /** The principal directions of the pack in use. The first time they are computed, which is slow. */
  principalDirections: stream(
    nothingSchema,
    progressEventSchema,
    z.array(principalDirectionSchema),
  ),
  renamePrincipal: call(renamePrincipalSchema, nothingSchema),
  /** What a portrait means. The first time for a pack its vocabulary is read, which is slow. */
  explain: stream(idSchema, progressEventSchema, explanationSchema),
  strip: stream(stripRequestSchema, stripEventSchema, nothingSchema),
  /** Keeps one position of a path as a portrait of the library. */
  keep: call(keepRequestSchema, generationSchema),

  // Timelines
  /** Keeps one moment of a timeline as a portrait of the library. */
  keepMoment: call(keepMomentRequestSchema, generationSchema),
  /** Draws every frame of a timeline that is not drawn yet. A cancel or a crash keeps those that are. */
  render: stream(renderRequestSchema, progressEventSchema, renderSchema),
  /** Renders that were not finished or not dropped, latest first. */
  renders: call(nothingSchema, z.array(renderSchema)),
  /** One drawn frame of a render. */
  renderFrame: call(renderFrameRequestSchema, frameSchema),
  dropRender: call(z.object({ id: renderIdSchema }), nothingSchema),

  // The library
  list: call(listQuerySchema, libraryPageSchema),
  count: call(libraryFilterSchema, z.object({ count: z.int().nonnegative() })),
  get: call(idSchema, generationSchema),
  /** Portraits of the pack in use by meaning, best first. */
  search: call(z.object({ words: z.string(), limit: limitSchema }), hitsSchema),
  /** The tree that a portrait is part of. */
  family: call(idSchema.extend({ limit: z.int().min(1).max(MAX_FAMILY) }), familySchema),
  similar: call(idSchema.extend({ limit: limitSchema }), hitsSchema),
  /** Prompts by their last use, latest first. */
  prompts: call(z.object({ limit: limitSchema }), z.array(z.string())),
  star: call(idsSchema.extend({ starred: z.boolean() }), changedSchema),
  trash: call(idsSchema, changedSchema),
  restore: call(idsSchema, changedSchema),
  /** Removes portraits of the trash for good. */
  purge: call(idsSchema, changedSchema),
  /** PNG. */
  picture: call(idSchema, bytesSchema),
  /** Where that PNG stands on the disk of the studio's machine. */
  pictureFile: call(idSchema, z.object({ file: z.string() })),
  /** WebP. */
  thumbnail: call(idSchema, bytesSchema),

  // Exports
  exportPictures: stream(exportPicturesRequestSchema, progressEventSchema, deliverySchema),
  exportGallery: stream(exportGalleryRequestSchema, progressEventSchema, deliverySchema),
  exportStrip: stream(exportStripRequestSchema, progressEventSchema, deliverySchema),
  /** Joins the frames of a render, all of which are drawn. */
  exportRender: stream(exportRenderRequestSchema, progressEventSchema, deliverySchema),
  exportFilm: call(exportFilmRequestSchema, deliverySchema),
  /** The bytes of a download from `offset` on, as many as are sensible at once; none at its end. */
  readDownload: call(z.object({ id: z.uuid(), offset: z.int().nonnegative() }), bytesSchema),
} as const satisfies Methods;

export type StudioMethods = typeof studioMethods;

/** What the engine's façade implements, and what every client of it has. */
export type StudioService = Service<StudioMethods>;
