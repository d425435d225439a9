/** Model servers: other machines that run a pack's heavy graphs, by the Open Inference Protocol. */
import { z } from 'zod';
import { list } from './list.ts';

/** Most servers that draw together. */
const MAX_SERVERS = 32;

/** Schemes of a server's address: without and with TLS. */
export const SERVER_SCHEMES = ['grpc', 'grpcs'] as const;

/** Whether what goes to an address can be read by others on its way: it leaves this machine, and without TLS. */
export function isInTheOpen(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'grpc:' && !isLoopback(hostname);
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

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

/** A graph on a server, as work that was done on both sides showed. */
export const graphOnServerSchema = z.object({
  /** Name of its file. */
  graph: z.string(),
  exactness: exactnessSchema,
  /** What the same work took on the server, its way included, and on this machine, in milliseconds. */
  thereMs: z.number().nonnegative(),
  hereMs: z.number().nonnegative(),
  /** Whether the server runs it; else this machine does, which is quicker. */
  isUsed: z.boolean(),
});
export type GraphOnServer = z.infer<typeof graphOnServerSchema>;

/** How things stand with one server. */
export const modelServerStatusSchema = z.object({
  address: z.string(),
  /**
   * `unasked` ones are sent nothing until the artist has said so. `refused` ones draw nothing until they are tried
   * again by hand; `unreachable` ones are asked again.
   */
  state: z.enum(['unasked', 'untried', 'ready', 'unreachable', 'refused']),
  reason: z.string(),
  /** How long work waits for it at most that waits for it now, in milliseconds; null while none does. */
  waitsMs: z.number().positive().nullable(),
  /** What it calls itself, with its version; null before it has answered. */
  software: z.string().nullable(),
  /** Of a request that computes nothing, in milliseconds. */
  roundTripMs: z.number().nonnegative().nullable(),
  /** The furthest of its graphs; null until something was drawn on both sides. */
  exactness: exactnessSchema.nullable(),
  graphs: z.array(graphOnServerSchema),
  /** How many portraits and frames it has drawn since it was named or tried. */
  drawn: z.int().nonnegative(),
});
export type ModelServerStatus = z.infer<typeof modelServerStatusSchema>;

/** What servers do: all that they can, or not what takes them much longer than this machine. */
export const serverShareSchema = z.enum(['auto', 'all']);
export type ServerShare = z.infer<typeof serverShareSchema>;

const fileSchema = z.string().min(1).max(4_096).nullable();

/** What the artist says of model servers; each for all of them alike. */
export const modelServerSettingsSchema = z.object({
  /** Their addresses, and whether the artist has allowed what is sent there. */
  servers: list(z.object({ address: z.string().min(1).max(300), isAllowed: z.boolean() }), {
    max: MAX_SERVERS,
  }),
  /** Whether this machine draws what no server does; else work waits for them, and then fails. */
  fallback: z.boolean(),
  graphs: serverShareSchema,
  /** File (PEM) with certificates of authorities that are trusted beside the system's. */
  authority: fileSchema,
  /** Files (PEM) of the studio's own certificate and its key, for servers that ask who calls (mutual TLS). */
  certificate: fileSchema,
  key: fileSchema,
  /** Whether there is a token, which is never told. */
  hasToken: z.boolean(),
  /** Whether the servers were named where the studio was started, so that nothing can be changed. */
  fixed: z.boolean(),
});
export type ModelServerSettings = z.infer<typeof modelServerSettingsSchema>;

/** What is to be another; a token is sent with every request, as `Bearer`. */
export const modelServerChangeSchema = modelServerSettingsSchema
  .omit({ hasToken: true, fixed: true })
  .extend({
    token: z
      .string()
      .regex(/^[!-~]{1,4096}$/)
      .nullable(),
  })
  .partial();
export type ModelServerChange = z.infer<typeof modelServerChangeSchema>;
