/** Everything that can be done to a portrait's w⁺, as data: stored with what comes of it, and run again. */
import { z } from 'zod';
import { generationIdSchema } from './identity.ts';
import { layerRangeSchema } from './layers.ts';
import { list } from './list.ts';

/** Most edits of one portrait, more than the window has sliders, and most portraits of one blend. */
export const MAX_EDITS = 64;
export const MAX_BLENDED = 4;

/** Amounts beyond this are no portraits any more, whatever the direction. */
export const MAX_AMOUNT = 10;

/** How much of what goes with the words a text slider leaves out, unless told otherwise. */
export const DEFAULT_DISENTANGLE = 0.8;

/** Longest phrase of a slider, in UTF-16 units. */
const phraseSchema = z.string().max(200);

/** Which way a slider leads through w. */
export const directionRefSchema = z.discriminatedUnion('kind', [
  /** One that the pack brings, by its id. */
  z.object({ kind: z.literal('named'), id: z.string() }),
  /**
   * Towards a phrase, or from one phrase to another, starting at the portrait that is edited.
   * `disentangle` 0 takes along everything that goes with the words. With more, only what they are
   * most about changes, where the pack can tell; elsewhere what its named directions also do is dropped.
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
    with: list(z.object({ id: generationIdSchema, weight: z.number().min(0).max(1) }), {
      min: 1,
      max: MAX_BLENDED,
      rule: {
        holds: (parts) => parts.reduce((sum, { weight }) => sum + weight, 0) < 1.000_001,
        words: 'must not weigh more than 1 together',
      },
    }),
    layers: layerRangeSchema,
  }),
]);
export type Edit = z.infer<typeof editSchema>;

export const principalDirectionSchema = z.object({
  index: z.int().nonnegative(),
  /** What the artist calls it. */
  name: z.string().nullable(),
});
export type PrincipalDirection = z.infer<typeof principalDirectionSchema>;

/** Longest name of a principal direction. */
export const MAX_NAME = 60;

export const renamePrincipalSchema = z.object({
  index: z.int().nonnegative(),
  /** Empty takes the name away. */
  name: z.string().max(MAX_NAME),
});

/** In the order in which they are made. */
export const editsSchema = list(editSchema, { max: MAX_EDITS });

/** Edits whose effect is asked for. */
export const judgeRequestSchema = z.object({ of: generationIdSchema, edits: editsSchema });
export type JudgeRequest = z.infer<typeof judgeRequestSchema>;

/** Why a text slider changes nothing that is seen. */
export const silenceSchema = z.discriminatedUnion('kind', [
  /** The pack does not know words of its phrase. */
  z.object({ kind: z.literal('unheard'), words: z.array(z.string()) }),
  /** A full step would be seen. */
  z.object({ kind: z.literal('amount') }),
  /** It would be seen in all layers. */
  z.object({ kind: z.literal('layers') }),
  /** Only the other way changes anything: the portrait is as the phrase has it. */
  z.object({ kind: z.literal('there') }),
  /** Another of the edits hides it, by its place among them. */
  z.object({ kind: z.literal('edit'), index: z.int().nonnegative() }),
  /** Nothing that was tried changes anything. */
  z.object({ kind: z.literal('portrait') }),
]);
export type Silence = z.infer<typeof silenceSchema>;

/** What CLIP says of an edited portrait. */
export const judgementSchema = z.object({
  /** Cosine between the portrait's words and the edited picture; null without words. */
  clipScore: z.number().nullable(),
  /**
   * For each edit, in their order, how much it adds to the cosine between the picture and the phrase
   * it leads to: with it less without it. Null for what is no text slider.
   */
  gains: z.array(z.number().nullable()),
  /** For each edit, in their order, why it is not seen; null for what is, and for what is no text slider. */
  silences: z.array(silenceSchema.nullable()),
});
export type Judgement = z.infer<typeof judgementSchema>;
