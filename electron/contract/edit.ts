/** Everything that can be done to a portrait's w⁺, as data: stored with what comes of it, and run again. */
import { z } from 'zod';
import { generationIdSchema } from './identity.ts';
import { layerRangeSchema } from './layers.ts';

/** Most edits of one portrait, and most portraits of one blend. */
export const MAX_EDITS = 32;
export const MAX_BLENDED = 4;

/** Amounts beyond this are no portraits any more, whatever the direction. */
export const MAX_AMOUNT = 10;

/** Longest phrase of a slider, in UTF-16 units. */
const phraseSchema = z.string().max(200);

/** Which way a slider leads through w. */
export const directionRefSchema = z.discriminatedUnion('kind', [
  /** One that the pack brings, by its id. */
  z.object({ kind: z.literal('named'), id: z.string() }),
  /**
   * Towards a phrase, or from one phrase to another, starting at the portrait that is edited.
   * `disentangle` 1 drops all that the pack's named directions also do, 0 nothing.
   */
  z.object({
    kind: z.literal('text'),
    to: phraseSchema,
    from: phraseSchema.optional(),
    disentangle: z.number().min(0).max(1),
  }),
  /** A principal direction of the generator; 0 is the one along which portraits differ most. */
  z.object({ kind: z.literal('principal'), index: z.int().nonnegative() }),
]);
export type DirectionRef = z.infer<typeof directionRefSchema>;

export const editSchema = z.discriminatedUnion('kind', [
  /** Moves the layers along a direction; amount 1 is one full step, 0 leaves every number as it is. */
  z.object({
    kind: z.literal('slide'),
    direction: directionRefSchema,
    amount: z.number().min(-MAX_AMOUNT).max(MAX_AMOUNT),
    layers: layerRangeSchema,
  }),
  /** Takes the layers from another portrait. */
  z.object({ kind: z.literal('mix'), with: generationIdSchema, layers: layerRangeSchema }),
  /**
   * Moves the layers towards other portraits: each has its weight, and the portrait that is edited the
   * rest up to 1.
   */
  z.object({
    kind: z.literal('blend'),
    with: z
      .array(z.object({ id: generationIdSchema, weight: z.number().min(0).max(1) }))
      .min(1)
      .max(MAX_BLENDED)
      .refine((parts) => parts.reduce((sum, { weight }) => sum + weight, 0) < 1.000_001, {
        message: 'must not weigh more than 1 together',
      }),
    layers: layerRangeSchema,
  }),
]);
export type Edit = z.infer<typeof editSchema>;

/** In the order in which they are made. */
export const editsSchema = z.array(editSchema).max(MAX_EDITS);
