/** Everything a host offers. Servers, clients and checks on both sides are derived from this list. */
import { z } from 'zod';
import {
  boardIdSchema,
  boardListingSchema,
  boardMoveSchema,
  boardSchema,
  changedSchema,
  labelSchema,
  newBoardSchema,
  noteSchema,
  ratingSchema,
  tagCountSchema,
  tagsSchema,
  undoTokenSchema,
} from './arrange.ts';
import { bringInEventSchema, bringInWishesSchema, broughtInSchema } from './bring-in.ts';
import {
  atlasLassoSchema,
  atlasNearestSchema,
  atlasNeighbourSchema,
  atlasPlaceSchema,
  atlasSchema,
  atlasViewSchema,
  laidOutSchema,
  layOutRequestSchema,
} from './atlas.ts';
import {
  bridgeEstimateSchema,
  bridgeEventSchema,
  bridgeRequestSchema,
  bridgeSchema,
  estimateRequestSchema,
} from './bridge.ts';
import { bytesSchema, bytesUpTo } from './bytes.ts';
import {
  componentInfoSchema,
  componentListingSchema,
  importedModelSchema,
  importWishesSchema,
} from './component.ts';
import {
  deliverySchema,
  destinationSchema,
  exportPortraitsRequestSchema,
  exportStripRequestSchema,
  folderSchema,
  sourceSchema,
} from './delivery.ts';
import {
  judgementSchema,
  judgeRequestSchema,
  principalDirectionSchema,
  renamePrincipalSchema,
} from './edit.ts';
import { deviceChoiceSchema, deviceReportSchema } from './device.ts';
import { explanationSchema } from './explain.ts';
import {
  cellEventSchema,
  drawCellsRequestSchema,
  exportGridRequestSchema,
  keepCellsRequestSchema,
  savedGridSchema,
  saveGridSchema,
} from './grid.ts';
import {
  editPreviewRequestSchema,
  frameSchema,
  generateEventSchema,
  generateRequestSchema,
  keepRequestSchema,
  previewFrameSchema,
  betweenSchema,
  previewRequestSchema,
  stripEventSchema,
  stripRequestSchema,
} from './draw.ts';
import { generationIdSchema, generationSchema, referenceIdSchema } from './generation.ts';
import { hubImportSchema, hubModelSchema, hubRequestSchema } from './hub.ts';
import {
  groupSchema,
  groupsQuerySchema,
  idsPageSchema,
  idsQuerySchema,
  indexQuerySchema,
  libraryFilterSchema,
  libraryPageSchema,
  librarySettingsChangeSchema,
  librarySettingsSchema,
  listQuerySchema,
  MAX_IDS,
  MAX_RESULTS,
  mergedSchema,
  movedSchema,
  rebuiltSchema,
  searchHitSchema,
  searchRequestSchema,
  similarRequestSchema,
  similarToPictureRequestSchema,
  stacksQuerySchema,
  verificationSchema,
} from './library.ts';
import { familySchema, MAX_FAMILY, replayRequestSchema } from './lineage.ts';
import { list } from './list.ts';
import { liveEventSchema, liveStateSchema, oscPortSchema } from './live.ts';
import { modelServerChangeSchema, modelServerStatusSchema } from './model-server.ts';
import { call, type Methods, nothingSchema, type Service, stream } from './method.ts';
import { packPathSchema } from './pack.ts';
import { progressEventSchema } from './progress.ts';
import { MAX_PIECE_BYTES, MAX_UPLOAD_BYTES, referenceSchema } from './reference.ts';
import { MAX_PROMPT_LENGTH } from './settings.ts';
import {
  keptPackSchema,
  packInfoSchema,
  packListingSchema,
  packSampleSchema,
  statusSchema,
  studioEventSchema,
  styleSampleSchema,
} from './status.ts';
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
const idsSchema = z.object({ ids: list(generationIdSchema, { max: MAX_IDS }) });
const boardRefSchema = z.object({ board: boardIdSchema });
const limitSchema = z.int().min(1).max(MAX_RESULTS);
const drawnSchema = z.object({ ids: z.array(generationIdSchema) });
const hitsSchema = z.array(searchHitSchema);
const textsSchema = z.object({
  texts: list(z.string().max(MAX_PROMPT_LENGTH), { max: 200 }),
});
const uploadSchema = z.object({ id: z.uuid() });
const packSchema = packListingSchema.pick({ handle: true });
const componentSchema = componentListingSchema.pick({ handle: true });

export const studioMethods = {
  // How things stand
  status: call('studio', nothingSchema, statusSchema),
  /** Status first and then news, until cancelled. */
  watch: stream('studio', nothingSchema, studioEventSchema, nothingSchema),
  cancelJob: call('studio', z.object({ id: z.uuid() }), nothingSchema),
  /** Tries every device anew with the next portrait, the chosen one first, for as long as the studio runs. */
  chooseDevice: call('studio', deviceChoiceSchema, deviceReportSchema),

  // Model servers
  /** Has others draw from now on. An address is sent nothing before it is allowed. */
  changeModelServers: call('studio', modelServerChangeSchema, nothingSchema),
  /** Asks each that is allowed anew, has a portrait drawn on it and here, and tells how they stand. */
  tryModelServers: call('studio', nothingSchema, z.array(modelServerStatusSchema)),

  // Moved from outside
  /** How things stand, and then what comes, until cancelled. */
  followLive: stream('studio', nothingSchema, liveEventSchema, nothingSchema),
  /** Listens to OSC on a UDP port of this machine alone, and on no other any more. */
  openOsc: call('studio', z.object({ port: oscPortSchema }), liveStateSchema),
  closeOsc: call('studio', nothingSchema, nothingSchema),

  // Model packs
  packs: call('studio', nothingSchema, z.array(packListingSchema)),
  /** A small picture in each style of a pack, of the one in use where none is named. */
  styleSamples: call('studio', packSchema.partial(), z.array(styleSampleSchema)),
  /** A few pictures of what a pack draws, by default the one in use. The first time they are drawn, when nothing else is. */
  packSamples: stream('studio', packSchema.partial(), packSampleSchema, nothingSchema),
  /** Checks every hash, graph and drawing of a pack without choosing it. */
  verifyPack: stream('studio', packSchema, progressEventSchema, packInfoSchema),
  /** Draws with another pack from now on. The one in use stays in use should this one be refused. */
  choosePack: stream('studio', packSchema, progressEventSchema, packInfoSchema),
  /** Begins to take in a file, or a folder of files, piece by piece. It waits until it is used or dropped. */
  openUpload: call(
    'studio',
    z.object({ name: z.string().min(1).max(255), several: z.boolean().optional() }),
    uploadSchema,
  ),
  /** Adds to a file. Of a folder `path` says to which one in it, which is there from then on. */
  appendUpload: call(
    'studio',
    uploadSchema.extend({
      bytes: bytesUpTo(MAX_PIECE_BYTES),
      path: packPathSchema.optional(),
    }),
    nothingSchema,
  ),
  dropUpload: call('studio', uploadSchema, nothingSchema),
  /**
   * Takes a pack in from an uploaded ZIP archive, once it has passed every check. The upload is used up. With
   * `replace` an imported pack of the same id makes place; else `pack-exists` tells both (`PackConflict`).
   */
  importPack: stream(
    'studio',
    uploadSchema.extend({ replace: z.boolean().optional() }),
    progressEventSchema,
    packInfoSchema,
  ),

  /** Removes a pack that was imported and is not in use. Portraits stay, and what the library keeps of it. */
  removePack: call('studio', packSchema, nothingSchema),

  /** What the library keeps of packs that drew its portraits, so that they can be drawn again and edited. */
  keptPacks: call('studio', nothingSchema, z.array(keptPackSchema)),

  // Components
  components: call('studio', nothingSchema, z.array(componentListingSchema)),
  /** Takes a pack, a checkpoint, a CLIP or an ONNX generator in from an upload, which is used up. */
  importModel: stream(
    'studio',
    uploadSchema.extend(importWishesSchema.omit({ id: true }).shape),
    progressEventSchema,
    importedModelSchema,
  ),
  /** What a model hub says of a CLIP. Nothing reaches the network but this and `importFromHub`. */
  hubModel: call('studio', hubRequestSchema, hubModelSchema),
  /** Downloads a CLIP and takes it in. What was downloaded before a cancel or a failure is gone on from. */
  importFromHub: stream('studio', hubImportSchema, progressEventSchema, importedModelSchema),
  removeComponent: call('studio', componentSchema, nothingSchema),
  /** The class that a class-conditional generator starts with. */
  chooseClass: call(
    'studio',
    componentSchema.extend({ class: z.int().nonnegative() }),
    componentInfoSchema,
  ),

  // Bridges
  /** Those that were begun, and those that are finished with the pairs that are left of them. */
  bridges: call('studio', nothingSchema, z.array(bridgeSchema)),
  /** Learns a flow between two models, from where it was left. A cancel pauses; it ends with the pack made of it. */
  learnBridge: stream('studio', bridgeRequestSchema, bridgeEventSchema, packInfoSchema),
  /** How long a bridge would take on this machine. */
  estimateBridge: stream(
    'studio',
    estimateRequestSchema,
    progressEventSchema,
    bridgeEstimateSchema,
  ),
  /** Forgets a bridge with all that it has learnt from. */
  dropBridge: call('studio', bridgeSchema.pick({ id: true }), nothingSchema),

  // Drawing
  /** Ends with the ids of all portraits in the order asked for. What was drawn before a cancel is kept. */
  generate: stream('studio', generateRequestSchema, generateEventSchema, drawnSchema),
  /** Runs the edge of the lineage that made a portrait once more, as it was or with something changed. */
  replay: stream('studio', replayRequestSchema, generateEventSchema, drawnSchema),
  /** Which words of these texts the pack in use would not hear. Portraits say it of their own. */
  unheard: call('studio', textsSchema, z.object({ unheard: z.array(z.string()) })),
  /**
   * Which words of these texts lead nowhere that the pack in use has phrases for. The first time for a pack its
   * phrases are embedded, which takes seconds.
   */
  unknownWords: call('studio', textsSchema, z.object({ unknown: z.array(z.string()) })),
  /** The phrases that the pack in use describes portraits by. */
  vocabulary: call('studio', nothingSchema, z.object({ phrases: z.array(z.string()) })),
  /** Takes in a picture of the artist's; the same file twice is one reference. */
  addReference: call('studio', z.object({ bytes: bytesUpTo(MAX_UPLOAD_BYTES) }), referenceSchema),
  reference: call('studio', z.object({ id: referenceIdSchema }), referenceSchema),
  preview: call('studio', previewRequestSchema, previewFrameSchema),
  /** Measures a path for even steps, unless it has been; whoever looks at it meanwhile does not wait longer. */
  measure: stream('studio', betweenSchema, progressEventSchema, nothingSchema),
  /** A portrait with edits made; `generate` with the origin `edit` keeps it. */
  previewEdit: call('studio', editPreviewRequestSchema, frameSchema),
  judgeEdits: call('studio', judgeRequestSchema, judgementSchema),
  /** The principal directions of the pack in use. The first time they are computed, which is slow. */
  principalDirections: stream(
    'studio',
    nothingSchema,
    progressEventSchema,
    z.array(principalDirectionSchema),
  ),
  renamePrincipal: call('studio', renamePrincipalSchema, nothingSchema),
  /** What a portrait means. The first time for a pack its vocabulary is read, which is slow. */
  explain: stream('studio', idSchema, progressEventSchema, explanationSchema),
  strip: stream('studio', stripRequestSchema, stripEventSchema, nothingSchema),
  /** Keeps one position of a path as a portrait of the library. */
  keep: call('studio', keepRequestSchema, generationSchema),

  // Grids
  /** Pictures of cells of a grid, in the order asked for, until it is cancelled. */
  drawCells: stream('studio', drawCellsRequestSchema, cellEventSchema, nothingSchema),
  /**
   * Makes portraits of the library of cells of a grid, and ends with their ids in the order asked for. One that was made
   * in the very same way before stays the one that it is.
   */
  keepCells: stream('studio', keepCellsRequestSchema, generateEventSchema, drawnSchema),
  /** Those that the library keeps, by their names. */
  grids: call('studio', nothingSchema, z.array(savedGridSchema)),
  saveGrid: call('studio', saveGridSchema, savedGridSchema),
  removeGrid: call('studio', savedGridSchema.pick({ id: true }), nothingSchema),

  // Timelines
  /** Keeps one moment of a timeline as a portrait of the library. */
  keepMoment: call('studio', keepMomentRequestSchema, generationSchema),
  /** Draws every frame of a timeline that is not drawn yet. A cancel or a crash keeps those that are. */
  render: stream('studio', renderRequestSchema, progressEventSchema, renderSchema),
  /** Renders that were not finished or not dropped, latest first. */
  renders: call('studio', nothingSchema, z.array(renderSchema)),
  /** One drawn frame of a render. */
  renderFrame: call('studio', renderFrameRequestSchema, frameSchema),
  dropRender: call('studio', z.object({ id: renderIdSchema }), nothingSchema),

  // The library
  list: call('studio', listQuerySchema, libraryPageSchema),
  /** The ids alone, for choosing many at once. */
  listIds: call('studio', idsQuerySchema, idsPageSchema),
  /** At which place of an order a portrait stands, the first being 0; null where it is not in it. */
  indexOf: call('studio', indexQuerySchema, z.object({ index: z.int().nonnegative().nullable() })),
  count: call('studio', libraryFilterSchema, z.object({ count: z.int().nonnegative() })),
  get: call('studio', idSchema, generationSchema),
  /**
   * Portraits by the words and filters of the search field: those in which all its words stand, then the others,
   * each by what they mean to the pack in use. Filters alone give the newest first.
   */
  search: call('studio', searchRequestSchema, hitsSchema),
  /** The tree that a portrait is part of. */
  family: call('studio', idSchema.extend({ limit: z.int().min(1).max(MAX_FAMILY) }), familySchema),
  similar: call('studio', similarRequestSchema, hitsSchema),
  similarToPicture: call('studio', similarToPictureRequestSchema, hitsSchema),
  /** Prompts by their last use, latest first. */
  prompts: call('studio', z.object({ limit: limitSchema }), z.array(z.string())),
  star: call('studio', idsSchema.extend({ starred: z.boolean() }), changedSchema),
  trash: call('studio', idsSchema, changedSchema),
  restore: call('studio', idsSchema, changedSchema),
  /** Removes portraits of the trash for good. */
  purge: call('studio', idsSchema, changedSchema),
  rate: call('studio', idsSchema.extend({ rating: ratingSchema }), changedSchema),
  label: call('studio', idsSchema.extend({ label: labelSchema.nullable() }), changedSchema),
  /** Says something of portraits, in place of what was said; nothing with an empty text. */
  note: call('studio', idsSchema.extend({ note: noteSchema }), changedSchema),
  tag: call('studio', idsSchema.extend({ tags: tagsSchema }), changedSchema),
  untag: call('studio', idsSchema.extend({ tags: tagsSchema }), changedSchema),
  /** Takes a deed back, and answers with what takes that back. What was changed since stays as it is. */
  undo: call('studio', z.object({ undo: undoTokenSchema }), changedSchema),
  /** Every tag with how many portraits outside the trash bear it, the most frequent first. */
  tags: call('studio', nothingSchema, z.array(tagCountSchema)),
  /** In the order of their places, those of a board after it. */
  boards: call('studio', nothingSchema, z.array(boardListingSchema)),
  createBoard: call(
    'studio',
    newBoardSchema,
    changedSchema.pick({ undo: true }).extend({ board: boardSchema }),
  ),
  renameBoard: call('studio', boardSchema.pick({ id: true, name: true }), changedSchema),
  moveBoard: call('studio', boardMoveSchema, changedSchema),
  /** The portraits stay in the library, and boards of this one become boards of none. */
  removeBoard: call('studio', boardRefSchema, changedSchema),
  /** At its end, in the order of the ids. */
  addToBoard: call('studio', idsSchema.extend(boardRefSchema.shape), changedSchema),
  removeFromBoard: call('studio', idsSchema.extend(boardRefSchema.shape), changedSchema),
  /** Brings portraits of a board together in the order of the ids, before another of it or at its end. */
  arrangeBoard: call(
    'studio',
    idsSchema.extend({ ...boardRefSchema.shape, before: generationIdSchema.nullable() }),
    changedSchema,
  ),
  groups: call('studio', groupsQuerySchema, z.array(groupSchema)),
  /** Near-duplicates among some portraits: the ids of each stack, in the order they were given. */
  stacks: call(
    'studio',
    stacksQuerySchema,
    z.object({ stacks: z.array(z.array(generationIdSchema)) }),
  ),

  // The atlas
  /** What is seen of it. The few portraits that have come since it was laid out are placed in passing. */
  atlas: call('studio', atlasViewSchema, atlasSchema),
  /** Gives a place to portraits without one, or to all anew. */
  layOutAtlas: stream('studio', layOutRequestSchema, progressEventSchema, laidOutSchema),
  atlasInside: call('studio', atlasLassoSchema, drawnSchema),
  /** The nearest to a place, of portraits that can be drawn again with the pack in use. */
  atlasNearest: call('studio', atlasNearestSchema, z.array(atlasNeighbourSchema)),
  atlasPlaces: call('studio', idsSchema, z.array(atlasPlaceSchema)),

  // Its upkeep
  /** Reads every row and every picture, and changes nothing. */
  verifyLibrary: stream('studio', nothingSchema, progressEventSchema, verificationSchema),
  /** Writes rows anew that say otherwise than their pictures. How portraits are arranged stays. */
  rebuildLibrary: stream('studio', nothingSchema, progressEventSchema, rebuiltSchema),
  /**
   * To a new folder in the destination, which is a library itself, or as a ZIP archive of one, which a download
   * always is. What is there of one that was broken off is gone on from.
   */
  backupLibrary: stream(
    'destination',
    z.object({ destination: destinationSchema, zip: z.boolean().optional() }),
    progressEventSchema,
    deliverySchema,
  ),
  /**
   * Takes in what another library holds and this one does not: that of a folder, or the archive of a backup that was
   * uploaded. Pictures that are gone or damaged here come back. Done again, it goes on where it was broken off.
   */
  mergeLibrary: stream(
    'source',
    z.object({ source: sourceSchema }),
    progressEventSchema,
    mergedSchema,
  ),
  /**
   * To a new folder in the destination. It is copied while it is used; then the studio opens it there, what is under
   * way ends, and only then it goes from where it was.
   */
  moveLibrary: stream(
    'destination',
    z.object({ destination: folderSchema }),
    progressEventSchema,
    movedSchema,
  ),
  /**
   * Takes in the pictures of an upload, which is used up: a picture, a folder of them or a ZIP archive. What came
   * before a cancel is kept, and is known when the rest comes.
   */
  bringIn: stream(
    'studio',
    uploadSchema.extend(bringInWishesSchema.shape),
    bringInEventSchema,
    broughtInSchema,
  ),
  librarySettings: call('studio', nothingSchema, librarySettingsSchema),
  /** What is left out stays as it is. */
  setLibrarySettings: call('studio', librarySettingsChangeSchema, nothingSchema),

  /** PNG. It says how it was made, and not at which address a model server drew it. */
  picture: call('studio', idSchema, bytesSchema),
  /** Where that PNG stands on the disk of the studio's machine. */
  pictureFile: call('studio', idSchema, z.object({ file: z.string() })),
  /** WebP. */
  thumbnail: call('studio', idSchema, bytesSchema),

  // Exports
  /** Hands portraits over as one of `EXPORT_KINDS`. It appears whole or not at all. */
  exportPortraits: stream(
    'destination',
    exportPortraitsRequestSchema,
    progressEventSchema,
    deliverySchema,
  ),
  /** Draws a grid and puts it on paper, with what its rows and columns are. */
  exportGrid: stream('destination', exportGridRequestSchema, progressEventSchema, deliverySchema),
  exportStrip: stream('destination', exportStripRequestSchema, progressEventSchema, deliverySchema),
  /** Joins the frames of a render, all of which are drawn. */
  exportRender: stream(
    'destination',
    exportRenderRequestSchema,
    progressEventSchema,
    deliverySchema,
  ),
  exportFilm: call('destination', exportFilmRequestSchema, deliverySchema),
  /** The bytes of a download from `offset` on, as many as are sensible at once; none at its end. */
  readDownload: call(
    'studio',
    z.object({ id: z.uuid(), offset: z.int().nonnegative() }),
    bytesSchema,
  ),
} as const satisfies Methods;

export type StudioMethods = typeof studioMethods;

/** What the engine's façade implements, and what every client of it has. */
export type StudioService = Service<StudioMethods>;
