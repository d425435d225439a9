/** What crosses between the studio and the process that joins frames (join-child.ts). */
import { z } from 'zod';
import { animationFormatSchema } from '../../contract/formats.ts';

export const joinRequestSchema = z.object({
  files: z.array(z.string()).min(1),
  target: z.string(),
  format: animationFormatSchema,
  /** Of each frame, in milliseconds. */
  delays: z.array(z.int().nonnegative()),
  xmp: z.string().optional(),
});
export type JoinRequest = z.infer<typeof joinRequestSchema>;

/** Null for done, else what went wrong. */
export const joinReplySchema = z.object({ failure: z.string().nullable() });
