import { z } from 'zod';
import { serialisedErrorSchema } from './errors.ts';
import { sharesSchema, taskSchema } from './progress.ts';

export const jobKindSchema = z.enum([
  'generate',
  'interpolate',
  'animate',
  'export',
  'import',
  'embed',
  'learn',
  'atlas',
  'index',
]);
export type JobKind = z.infer<typeof jobKindSchema>;

/** How far a running job is within its present task. */
export const jobProgressSchema = z.object({
  task: taskSchema,
  done: z.number().nonnegative(),
  total: z.number().nonnegative(),
  /** Estimate from the pace so far, null while there is none. */
  remainingMs: z.number().nonnegative().nullable(),
  servers: sharesSchema.optional(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

export const jobStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued') }),
  z.object({ state: z.literal('running'), progress: jobProgressSchema.nullable() }),
  z.object({ state: z.literal('done') }),
  z.object({ state: z.literal('cancelled') }),
  z.object({ state: z.literal('failed'), error: serialisedErrorSchema }),
]);
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** A job as it stands; every change of it is told as a new snapshot. */
export const jobSchema = z.object({
  id: z.uuid(),
  kind: jobKindSchema,
  title: z.string(),
  status: jobStatusSchema,
});
export type Job = z.infer<typeof jobSchema>;
