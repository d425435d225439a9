/** Children of two to four portraits. */
import { z } from 'zod';
import { MAX_BLENDED } from './edit.ts';
import { list } from './list.ts';

export const breedingSchema = z.object({
  /**
   * `blend`: a child lies between its parents, alike in every layer. `cross`: it has its structure
   * mostly of one and its colours mostly of another.
   */
  how: z.enum(['blend', 'cross']),
  /** How far the children of one breeding differ: 0 not at all (each has just the weights). */
  spread: z.number().min(0).max(1),
});
export type Breeding = z.infer<typeof breedingSchema>;

/** How much of each parent there is in its children on average, in proportion. */
export const weightsSchema = list(z.number().min(0).max(1), {
  min: 2,
  max: MAX_BLENDED,
  rule: {
    holds: (weights) => weights.some((weight) => weight > 0),
    words: 'must not all be 0',
  },
});
