/** What can be asked to be drawn, and what comes back while it is. */
import { z } from 'zod';
import { breedingSchema, weightsSchema } from './breed.ts';
import { editsSchema, MAX_BLENDED } from './edit.ts';
import {
  anchorSchema,
  generationIdSchema,
  generationSchema,
  pathSpaceSchema,
  referenceIdSchema,
} from './generation.ts';
import { list } from './list.ts';
import { locksSchema } from './lock.ts';
import { bytesSchema } from './bytes.ts';
import { progressEventSchema } from './progress.ts';
import { drawSettingsSchema, seedSchema } from './settings.ts';

/** Most portraits one request can ask for. The window offers 16; the command line all of them. */
export const MAX_COUNT = 1_000;

/** Most stops of a strip, or frames of its animation. */
export const MAX_STOPS = 1_000;

/** How far variations go unless told: 0 repeats the portrait, 1 draws afresh. */
export const DEFAULT_STRENGTH = 0.4;

/** What an artist leaves out is the pack's default, and for the seed a random one. */
export const drawOverridesSchema = drawSettingsSchema.partial().extend({
  /** Null takes the generator's own noise, whatever a parent was drawn with. */
  noiseSeed: seedSchema.nullable().optional(),
});
export type DrawOverrides = z.infer<typeof drawOverridesSchema>;

/** What new portraits start from. Prompts are judged by the engine, which knows why one is refused. */
export const originSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt'), prompt: z.string() }),
  /** From a picture; with words, from the direction halfway between the picture and the words. */
  z.object({
    kind: z.literal('image'),
    reference: referenceIdSchema,
    prompt: z.string().optional(),
  }),
  /** More like a portrait: `strength` 0 repeats it, 1 draws afresh. */
  z.object({
    kind: z.literal('variation'),
    of: generationIdSchema,
    strength: z.number().min(0).max(1),
    locks: locksSchema.optional(),
  }),
  /** The same person in other words: the flow's noise stays, the embedding changes. */
  z.object({
    kind: z.literal('reword'),
    of: generationIdSchema,
    prompt: z.string(),
    locks: locksSchema.optional(),
  }),
  /** A portrait of another latent space as the pack in use draws it: what looks most like its picture. */
  z.object({ kind: z.literal('carry-over'), of: generationIdSchema }),
  /** A portrait with edits made: keeps what `previewEdit` showed. */
  z.object({ kind: z.literal('edit'), of: generationIdSchema, edits: editsSchema }),
  /** Children of portraits, each around the given weights; locks hold what the first of them has. */
  breedingSchema
    .extend({
      kind: z.literal('breed'),
      parents: list(generationIdSchema, {
        max: MAX_BLENDED,
        rule: {
          holds: (ids) => new Set(ids).size === ids.length,
          words: 'must be different portraits',
        },
      }),
      weights: weightsSchema,
      locks: locksSchema.optional(),
    })
    .refine(({ parents, weights }) => parents.length === weights.length, {
      message: 'must have one weight for each parent',
    }),
]);
export type Origin = z.infer<typeof originSchema>;

export const generateRequestSchema = z
  .object({
    origin: originSchema,
    /** How many are kept. */
    count: z.int().min(1).max(MAX_COUNT),
    /** How many are drawn, of which the `count` with the best CLIP score are kept, best first. */
    bestOf: z.int().min(1).max(MAX_COUNT).optional(),
    /** Goes on with what broke off: portraits that were made in this very way are taken as they are, but for the best of many, which are drawn anew. */
    resume: z.boolean().optional(),
    settings: drawOverridesSchema,
  })
  .refine(({ count, bestOf = count }) => bestOf >= count, {
    message: 'must be at least as many as are kept',
    path: ['bestOf'],
  });
export type GenerateRequest = z.infer<typeof generateRequestSchema>;

export const generateEventSchema = z.discriminatedUnion('kind', [
  ...progressEventSchema.options,
  /** A portrait is drawn and kept. `index` counts from 0 in the order asked for. */
  z.object({
    kind: z.literal('portrait'),
    index: z.int().nonnegative(),
    generation: generationSchema,
  }),
]);
export type GenerateEvent = z.infer<typeof generateEventSchema>;

/** RGB8 pixels row by row from the top left. */
export const frameSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  pixels: bytesSchema,
});
export type Frame = z.infer<typeof frameSchema>;

/** Full size; or small, for machines on which that comes too late for a hand: the pack's small preview graph where it has one. */
export const frameSizeSchema = z.enum(['small', 'full']);
export type FrameSize = z.infer<typeof frameSizeSchema>;

/** A path between two anchors. `settings` hold for anchors that are drawn for it, not for portraits. */
export const betweenSchema = z.object({
  from: anchorSchema,
  to: anchorSchema,
  path: pathSpaceSchema,
  settings: drawOverridesSchema.omit({ seed: true }),
});
export type Between = z.infer<typeof betweenSchema>;

/** A path as it is walked. With even steps, positions count what is seen to change on the way there. */
export const walkSchema = betweenSchema.extend({ even: z.boolean().optional() });
export type Walk = z.infer<typeof walkSchema>;

/** 0 is `from`, 1 is `to`. */
export const positionSchema = z.number().min(0).max(1);

/** One at a time is drawn per channel. Of those that wait the latest wins; others reject with `superseded`. */
const channelSchema = z.string().min(1).max(100);

export const previewRequestSchema = walkSchema.extend({
  channel: channelSchema,
  position: positionSchema,
  size: frameSizeSchema,
  /** Whether the thumb moves on: then the frame comes at once, of very nearly the position asked for. */
  moving: z.boolean().optional(),
});
export type PreviewRequest = z.infer<typeof previewRequestSchema>;

/** `provisional`: drawn before even steps were measured; its place is not yet the right one. */
export const previewFrameSchema = frameSchema.extend({ provisional: z.boolean() });
export type PreviewFrame = z.infer<typeof previewFrameSchema>;

export const editPreviewRequestSchema = z.object({
  channel: channelSchema,
  of: generationIdSchema,
  edits: editsSchema,
  size: frameSizeSchema,
});
export type EditPreviewRequest = z.infer<typeof editPreviewRequestSchema>;

export const stopsSchema = z.int().min(2).max(MAX_STOPS);

export const stripRequestSchema = walkSchema.extend({
  stops: stopsSchema,
  size: frameSizeSchema,
});
export type StripRequest = z.infer<typeof stripRequestSchema>;

export const stripEventSchema = z.discriminatedUnion('kind', [
  ...progressEventSchema.options,
  z.object({
    kind: z.literal('stop'),
    index: z.int().nonnegative(),
    position: positionSchema,
    frame: frameSchema,
  }),
]);
export type StripEvent = z.infer<typeof stripEventSchema>;

export const keepRequestSchema = walkSchema.extend({ position: positionSchema });
export type KeepRequest = z.infer<typeof keepRequestSchema>;
