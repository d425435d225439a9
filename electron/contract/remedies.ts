/** How the ways across the gap between texts and pictures compare on one pack: `measured.remedies` of its manifest. */
import { z } from 'zod';
import { list } from './list.ts';
import { gapSchema, varietySchema } from './settings.ts';

const shareSchema = z.number().min(0).max(1);

/** Whoever tells what portraits show, and took no part in choosing or drawing them. */
export const judgeSchema = z.object({
  /** An attribute classifier, that of a pack; or another CLIP than the one that chose. */
  kind: z.enum(['attributes', 'clip']),
  id: z.string().max(200),
});

export const remedyScoreSchema = z.object({
  gap: gapSchema,
  variety: varietySchema.optional(),
  /**
   * By an attribute classifier: of the things asked for, the share that portraits show. By a CLIP: the share of portraits
   * that it puts nearer to their own prompt than to all others. Null without a judge.
   */
  heeded: shareSchema.nullable(),
  /** The same of prompts with one thing, and with several, where it is known which is which. */
  oneIdea: shareSchema.optional(),
  combinations: shareSchema.optional(),
  /** Mean cosine between portraits of one prompt; null of single ones. */
  siblingsLikeness: z.number().nullable(),
  /** Of what the generator draws by chance, the share that a portrait comes near (Naeem et al. 2020, eq. 9). */
  coverage: shareSchema,
});
export type RemedyScore = z.infer<typeof remedyScoreSchema>;

export const remediesSchema = z.object({
  judge: judgeSchema.nullable(),
  /** How many prompts there were, and portraits of each. */
  prompts: z.int().positive(),
  siblings: z.int().positive(),
  scores: list(remedyScoreSchema, { max: 100 }),
});
export type Remedies = z.infer<typeof remediesSchema>;
