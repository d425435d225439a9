import { z } from 'zod';

/** A phrase that fits a portrait. */
export const tagSchema = z.object({
  phrase: z.string(),
  /** Cosine between the phrase and the picture. */
  similarity: z.number(),
  /** By how many standard deviations it fits better than it fits the pack's portraits at large. */
  standing: z.number(),
});
export type Tag = z.infer<typeof tagSchema>;

/** What a portrait means. */
export const explanationSchema = z.object({
  /** The phrases that tell it best from other portraits, best first; none where a pack has no vocabulary. */
  tags: z.array(tagSchema),
  /**
   * How usual it is for its words: the share of portraits drawn from the same words in the same manner
   * that are less likely, 0 to 1. Null where no words or picture stand behind it.
   */
  usual: z.number().min(0).max(1).nullable(),
});
export type Explanation = z.infer<typeof explanationSchema>;
