import { z } from 'zod';
import type { DatabasePlace } from '../library-tasks.ts';

/** What the process that makes an index is told, once. */
export const makingSchema: z.ZodType<DatabasePlace> = z.object({
  root: z.string(),
  database: z.string(),
});

/** How many embeddings it has read since it last said so; null once all is kept. */
export const madeSchema = z.number().nullable();
export type Made = z.infer<typeof madeSchema>;
