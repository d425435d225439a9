/** Model servers: other machines that run a pack's heavy graphs, by the Open Inference Protocol. */
import { z } from 'zod';

/** Schemes of a server's address: without and with TLS. */
export const SERVER_SCHEMES = ['grpc', 'grpcs'] as const;

/**
 * How near a server's pictures are to those that this machine draws, as one portrait drawn on both sides showed: the
 * same bytes, at most 1/255 apart, or further.
 */
export const exactnessSchema = z.enum(['same-bytes', 'within-one', 'other']);
export type Exactness = z.infer<typeof exactnessSchema>;

/** Which server drew a portrait, and how exactly it draws. Where it stands is not known of a portrait that came from elsewhere. */
export const drawnByServerSchema = z.object({
  address: z.string().optional(),
  exactness: exactnessSchema,
});
export type DrawnByServer = z.infer<typeof drawnByServerSchema>;

/** What is told of it outside of the library: not where it stands. */
export const toldServerSchema = drawnByServerSchema.omit({ address: true });

/** How things stand with one server. */
export const modelServerStatusSchema = z.object({
  address: z.string(),
  /** `refused` servers draw nothing until the studio is started again; `unreachable` ones are asked again. */
  state: z.enum(['untried', 'ready', 'unreachable', 'refused']),
  reason: z.string(),
  /** What it calls itself, with its version; null before it has answered. */
  software: z.string().nullable(),
  /** Of a request that computes nothing, in milliseconds. */
  roundTripMs: z.number().nonnegative().nullable(),
  /** Null until a portrait was drawn on both sides. */
  exactness: exactnessSchema.nullable(),
  /** Of the portrait drawn on both sides, in milliseconds. */
  portraitMs: z.object({ there: z.number(), here: z.number() }).nullable(),
  /** How many portraits and frames it has drawn since the studio was started. */
  drawn: z.int().nonnegative(),
});
export type ModelServerStatus = z.infer<typeof modelServerStatusSchema>;
