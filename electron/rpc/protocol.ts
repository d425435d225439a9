/** What client and server say to each other. Each request has a number, and everything about it bears it. */
import { z } from 'zod';
import { serialisedErrorSchema } from '../contract/errors.ts';

const idSchema = z.int().nonnegative();

export const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('request'),
    id: idSchema,
    method: z.string().max(100),
    input: z.unknown(),
  }),
  /** The client has no use for the answer any more. Unknown and finished numbers mean nothing. */
  z.object({ type: z.literal('cancel'), id: idSchema }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), id: idSchema, event: z.unknown() }),
  z.object({ type: z.literal('done'), id: idSchema, output: z.unknown() }),
  z.object({ type: z.literal('failed'), id: idSchema, error: serialisedErrorSchema }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
