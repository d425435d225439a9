/** Learning a bridge: the flow between a CLIP and a StyleGAN, which with both makes a pack. */
import { z } from 'zod';
import { frameSchema } from './draw.ts';
import { list } from './list.ts';
import { folderIdSchema } from './pack.ts';
import { progressEventSchema } from './progress.ts';
import { MAX_PROMPT_LENGTH } from './settings.ts';

/** Fewer pairs than this teach nothing. */
export const MIN_PAIRS = 200;
export const MAX_PAIRS = 1_000_000;
/** What a bridge learns from unless told: about three hours' drawing of a large generator on two cores. */
export const DEFAULT_PAIRS = 20_000;
/** Prompts that are drawn again and again while a bridge is learnt. */
export const MAX_TEST_PROMPTS = 8;

const pairsSchema = z.int().min(MIN_PAIRS).max(MAX_PAIRS);
const phraseSchema = z.string().min(1).max(200);

/** What to learn. The same two models have one bridge on its way, whoever asks. */
export const bridgeRequestSchema = z.object({
  /** A CLIP: id or handle of a component, or of the pack that brings it. */
  clip: z.string().min(1).max(4_096),
  /** A StyleGAN, named likewise. */
  generator: z.string().min(1).max(4_096),
  pairs: pairsSchema.default(DEFAULT_PAIRS),
  /** What all pictures of the generator are, such as "a photo of a face". */
  about: phraseSchema.optional(),
  /** Name of the pack that comes of it. */
  title: phraseSchema.optional(),
  /** Another CLIP, which says at the end how well words are heeded; the same may not choose and judge. */
  judge: z.string().min(1).max(4_096).optional(),
  /** Prompts to draw while it learns. */
  prompts: list(z.string().min(1).max(MAX_PROMPT_LENGTH), { max: MAX_TEST_PROMPTS }).default([]),
  /** Learns no more, and makes a pack of the best there is. */
  finish: z.boolean().optional(),
});
export type BridgeRequest = z.infer<typeof bridgeRequestSchema>;

/** How long a bridge would take. */
export const estimateRequestSchema = bridgeRequestSchema
  .pick({ clip: true, generator: true, pairs: true })
  .extend({
    /** Tries the two models for a moment; without it, what was measured when they last worked is told. */
    measure: z.boolean().default(false),
  });
export type EstimateRequest = z.infer<typeof estimateRequestSchema>;

const msSchema = z.number().nonnegative();
export const bridgeEstimateSchema = z.object({
  /** Pairs of the two models that are drawn already. */
  drawn: z.int().nonnegative(),
  /**
   * Milliseconds for the pairs that are missing, for learning to its last step, and for comparing the remedies; null where
   * nothing was measured of these models on this machine.
   */
  times: z.object({ drawing: msSchema, learning: msSchema, comparing: msSchema }).nullable(),
});
export type BridgeEstimate = z.infer<typeof bridgeEstimateSchema>;

/** One step of training: its loss in nats for each coupled number of w, and at some steps that of pairs held out. */
export const curvePointSchema = z.object({
  step: z.int().nonnegative(),
  loss: z.number(),
  heldOut: z.number().optional(),
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

export const bridgeEventSchema = z.discriminatedUnion('kind', [
  ...progressEventSchema.options,
  /** Steps that were made since the last of these, those of earlier tries first. */
  z.object({ kind: z.literal('curve'), points: z.array(curvePointSchema) }),
  /** The test prompts as the best flow so far draws them, in their order. */
  z.object({
    kind: z.literal('samples'),
    step: z.int().nonnegative(),
    samples: z.array(z.object({ prompt: z.string(), frame: frameSchema })),
  }),
]);
export type BridgeEvent = z.infer<typeof bridgeEventSchema>;

/** A bridge that was begun; of one that was finished its pairs stay, for the next between the two models. */
export const bridgeSchema = z.object({
  id: z.string(),
  clip: folderIdSchema,
  generator: folderIdSchema,
  request: bridgeRequestSchema,
  /** Pairs that are drawn, and steps that are learnt. */
  drawn: z.int().nonnegative(),
  learnt: z.int().nonnegative(),
  /** What its pairs take on the disk. */
  bytes: z.int().nonnegative(),
  /** The pack that was made of it; left out while it is not finished. */
  made: folderIdSchema.optional(),
});
export type Bridge = z.infer<typeof bridgeSchema>;
