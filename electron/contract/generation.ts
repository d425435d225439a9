import { z } from 'zod';
import {
  boardIdSchema,
  labelSchema,
  MAX_TAGS,
  noteSchema,
  ratingSchema,
  tagSchema,
} from './arrange.ts';
import { breedingSchema, weightsSchema } from './breed.ts';
import { drawnOnSchema } from './device.ts';
import { editsSchema, MAX_BLENDED, MAX_EDITS } from './edit.ts';
import { generationIdSchema } from './identity.ts';
import { list } from './list.ts';
import { locksSchema } from './lock.ts';
import { drawnByServerSchema } from './model-server.ts';
import { packFieldsSchema } from './pack.ts';
import {
  drawSettingsSchema,
  MAX_PROMPT_LENGTH,
  seedSchema,
  truncationSchema,
  unheardSchema,
} from './settings.ts';
import { NO_SPACE, type Spaces, spacesSchema } from './spaces.ts';

export { generationIdSchema };

/** Which pack drew a portrait. What its numbers mean is told by their {@link spacesSchema}. */
export const packRefSchema = packFieldsSchema.pick({ id: true, version: true });
export type PackRef = z.infer<typeof packRefSchema>;

/** What was asked for, apart from the words and the seed. */
export const generationSettingsSchema = drawSettingsSchema.omit({ seed: true }).extend({
  /** How many portraits were asked for together. */
  count: z.int().positive(),
  /** What was asked for and not heard; left out where every word was, and of portraits before version 0.2. */
  unheard: unheardSchema.optional(),
});
export type GenerationSettings = z.infer<typeof generationSettingsSchema>;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A picture of the artist's, kept with the library under the SHA-256 of its file. */
export const referenceIdSchema = sha256Schema;

/** Other programs whose words of a picture's making are read. */
export const drawingProgramSchema = z.enum(['automatic1111', 'invokeai', 'comfyui']);
export type DrawingProgram = z.infer<typeof drawingProgramSchema>;

/** Longest name of a file that is remembered, in UTF-16 units. */
export const MAX_NAME_LENGTH = 255;

/** One end of a path between portraits. */
export const anchorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt'), prompt: z.string(), seed: seedSchema }),
  z.object({ kind: z.literal('image'), reference: referenceIdSchema, seed: seedSchema }),
  z.object({ kind: z.literal('portrait'), id: generationIdSchema }),
]);
export type Anchor = z.infer<typeof anchorSchema>;

/** The space in which a path between two portraits is straight. */
export const pathSpaceSchema = z.enum(['clip', 'flow', 'w']);
export type PathSpace = z.infer<typeof pathSpaceSchema>;

/** How the way from one key-frame to the next gathers speed; `hold` stays until the next one comes. */
export const easingSchema = z.enum(['linear', 'in', 'out', 'in-out', 'hold']);
export type Easing = z.infer<typeof easingSchema>;

/** One key-frame, and the way from it to the next one, or from the last to the first of a loop. */
export const keyFrameSchema = z.object({
  anchor: anchorSchema,
  path: pathSpaceSchema,
  easing: easingSchema,
  /** How long that way takes. */
  seconds: z.number().min(0.1).max(600),
});
export type KeyFrame = z.infer<typeof keyFrameSchema>;

/** Key-frames in the order of time. The last one's way counts only in a loop. */
export const timelineSchema = z.object({
  keys: list(keyFrameSchema, { min: 2, max: 64 }),
  /** From the last key-frame back to the first, without an end. */
  loop: z.boolean(),
  /** Even steps to the eye: each way at constant speed in what is seen, before easing. */
  even: z.boolean(),
  /** For anchors that are drawn for it, not for portraits. */
  settings: drawSettingsSchema.omit({ seed: true }).partial(),
});
export type Timeline = z.infer<typeof timelineSchema>;

/**
 * How a portrait was made from its parents: the edge of its lineage, complete enough to be run again
 * together with the row's prompt, seed, settings and latents.
 */
export const lineageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt') }),
  /** From a picture of the artist's, and the prompt if there is one; the mix is the latents' `condition`. */
  z.object({ kind: z.literal('image'), reference: referenceIdSchema }),
  /** Around its only parent; `strength` 0 repeats the parent, 1 draws afresh, but for what is locked. */
  z.object({
    kind: z.literal('variation'),
    strength: z.number().min(0).max(1),
    locks: locksSchema.optional(),
  }),
  /** Its only parent in other words: the same z under another embedding, but for what is locked. */
  z.object({ kind: z.literal('reword'), locks: locksSchema.optional() }),
  z.object({
    kind: z.literal('interpolation'),
    path: pathSpaceSchema,
    from: anchorSchema,
    to: anchorSchema,
    /** 0 is `from`, 1 is `to`. */
    position: z.number().min(0).max(1),
    /** Of ends that are drawn for the path; the row's own is that of the place. Version 1 kept none. */
    truncation: truncationSchema.optional(),
  }),
  /** Its only parent, of another latent space, as another pack sees and draws it. */
  z.object({ kind: z.literal('carry-over') }),
  /** Its first parent with these edits made; the portraits they name are the other parents. */
  z.object({ kind: z.literal('edit'), edits: editsSchema }),
  /** A child of all its parents, with what the seed made of the weights; locks hold to the first. */
  breedingSchema.extend({
    kind: z.literal('breed'),
    weights: weightsSchema,
    locks: locksSchema.optional(),
  }),
  /** A moment of a timeline: the position on the way that begins at a key-frame, evenness and easing resolved. */
  z.object({
    kind: z.literal('timeline'),
    timeline: timelineSchema,
    /** The moment, in seconds from the beginning. */
    at: z.number().nonnegative(),
    /** Index of the key-frame where that way begins. */
    segment: z.int().nonnegative(),
    /** 0 is that key-frame, 1 the next one. */
    position: z.number().min(0).max(1),
  }),
  /** Drawn by no pack: a picture that was brought in, with what it told of its making. */
  z.object({
    kind: z.literal('import'),
    /** What its file was called. */
    name: z.string().max(MAX_NAME_LENGTH),
    /** SHA-256 of its file and of its pixels, by which the same picture is known again. */
    file: sha256Schema,
    pixels: sha256Schema,
    /** Whose words of its making were found in it; left out where there were none. */
    program: drawingProgramSchema.optional(),
    negativePrompt: z.string().max(MAX_PROMPT_LENGTH).optional(),
    /** The seed that program drew it with, in decimal digits: others have seeds of 64 bits. */
    seed: z
      .string()
      .regex(/^\d{1,20}$/)
      .optional(),
  }),
]);
export type Lineage = z.infer<typeof lineageSchema>;

/** Every edit can take from as many portraits as a blend has; no other way to a portrait needs more. */
const MAX_PARENTS = 1 + MAX_EDITS * MAX_BLENDED;

/** What is known of a portrait when it has just been drawn. */
export const newGenerationSchema = z.object({
  prompt: z.string(),
  /** Null where nothing was drawn at random, as on a path between two portraits. */
  seed: seedSchema.nullable(),
  settings: generationSettingsSchema,
  pack: packRefSchema,
  spaces: spacesSchema,
  device: drawnOnSchema,
  /** The model server that drew it; left out where this machine did. */
  server: drawnByServerSchema.optional(),
  /** Milliseconds of each stage, by its name. */
  timings: z.record(z.string(), z.number().nonnegative()),
  /** Cosine between the prompt's and the portrait's embedding; null without a prompt. */
  clipScore: z.number().min(-1).max(1).nullable(),
  /** log p(w | e) in nats. */
  logLikelihood: z.number().nullable(),
  parents: list(generationIdSchema, { max: MAX_PARENTS }),
  source: lineageSchema,
});
export type NewGeneration = z.infer<typeof newGenerationSchema>;

/**
 * What stands in the row of a picture that was brought in where that of a portrait says how a pack drew it. Of
 * these only the pack and the spaces mean something: that there are none.
 *
 * @param embedding the space of the CLIP that has looked at it
 */
export function drawnByNone(
  embedding: Spaces['embedding'],
): Pick<
  NewGeneration,
  ('settings' | 'pack' | 'spaces' | 'device' | 'timings') | ('clipScore' | 'logLikelihood')
> {
  return {
    settings: { truncation: 1, temperature: 1, gap: 'none', count: 1 },
    pack: { id: 'brought-in', version: '1' },
    spaces: { embedding, latent: NO_SPACE, flow: NO_SPACE },
    ...{ device: 'cpu', timings: {}, clipScore: null, logLikelihood: null },
  };
}

/** A portrait that was drawn and kept, as its picture tells of it. Times are milliseconds since 1970. */
export const drawnGenerationSchema = newGenerationSchema.extend({
  id: generationIdSchema,
  createdAt: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
});

/** How a portrait stands by the will of the artist: it changes, and its picture says nothing of it. */
export const standingSchema = z.object({
  starred: z.boolean(),
  trashedAt: z.int().nonnegative().nullable(),
  rating: ratingSchema,
  /** A colour label; null where it bears none. */
  label: labelSchema.nullable(),
  note: noteSchema,
  /** In the order they were given. */
  tags: list(tagSchema, { max: MAX_TAGS }),
  /** The boards it lies on. */
  boards: z.array(boardIdSchema),
});
export type Standing = z.infer<typeof standingSchema>;

/** How a portrait stands when it comes. */
export const UNTOUCHED: Standing = {
  starred: false,
  trashedAt: null,
  rating: 0,
  label: null,
  note: '',
  tags: [],
  boards: [],
};

/** A portrait of the library. */
export const generationSchema = drawnGenerationSchema.extend(standingSchema.shape);
export type Generation = z.infer<typeof generationSchema>;
