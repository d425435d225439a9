/** What crosses between the studio and the process that joins frames (join-child.ts). */
import { z } from 'zod';
import { serialisedErrorSchema, StudioError } from '../../contract/errors.ts';
import { animationFormatSchema } from '../../contract/formats.ts';
import { systemCode } from '../../contract/system-errors.ts';

export const joinRequestSchema = z.object({
  files: z.array(z.string()).min(1),
  target: z.string(),
  format: animationFormatSchema,
  /** Of each frame, in milliseconds. */
  delays: z.array(z.int().nonnegative()),
  xmp: z.string().optional(),
});
export type JoinRequest = z.infer<typeof joinRequestSchema>;

/** The system's errors have its code. */
const otherErrorSchema = z.object({ message: z.string(), code: z.string().optional() });
const failureSchema = z.union([serialisedErrorSchema, otherErrorSchema]);
type Failure = z.infer<typeof failureSchema>;

/** Null for done, else what went wrong. */
export const joinReplySchema = z.object({ failure: failureSchema.nullable() });
export type JoinReply = z.infer<typeof joinReplySchema>;

/** Whatever was thrown, as it crosses. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof StudioError) return thrown.toJSON();
  const message = String(thrown);
  // libvips tells of a full disk in words alone.
  const code = /no space left|not enough space/i.test(message) ? 'ENOSPC' : systemCode(thrown);
  return { message, ...(code !== undefined && { code }) };
}

/** The same on the other side. */
export function errorOf(failure: Failure): Error {
  const known = serialisedErrorSchema.safeParse(failure);
  if (known.success) return StudioError.from(known.data);
  const { message, code } = failure;
  return Object.assign(new Error(message), code !== undefined && { code });
}
