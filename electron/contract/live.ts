/**
 * What is moved from outside the window: values by addresses of Open Sound Control 1.0. What the addresses mean, only
 * windows know (docs/live.md).
 */
import { z } from 'zod';
import { list } from './list.ts';

/** Where OSC comes in unless told otherwise: UDP has its own ports, so that it is the number of the pages as well. */
export const USUAL_OSC_PORT = 7417;

/** Of Between's position, 0 to 1. */
export const BETWEEN_ADDRESS = '/clip-flow/between/position';
/** Of the moment of the timeline, in seconds. */
export const TIMELINE_ADDRESS = '/clip-flow/timeline/time';
/** What those of sliders begin with. */
export const SLIDER_ADDRESS = '/clip-flow/slider/';

const MAX_ADDRESS_LENGTH = 200;
/** The signs of an address without a pattern (OSC 1.0): printable ASCII but for space, #, *, comma, ?, [, ], { and }. */
export const liveAddressSchema = z
  .string()
  .max(MAX_ADDRESS_LENGTH)
  .regex(/^(?:\/[!"$-)+\-.0->@-Z\\^-z|~]+)+$/);

export const liveValueSchema = z.object({ address: liveAddressSchema, value: z.number() });
export type LiveValue = z.infer<typeof liveValueSchema>;

/** How many addresses are told of at once at most; there are fewer sliders. */
export const MAX_LIVE_VALUES = 256;

/** Whether OSC is listened to, and what has come since. */
export const liveStateSchema = z.object({
  /** On the loopback address 127.0.0.1, UDP; null while nothing is listened to. */
  port: z.int().nullable(),
  /** Values that were taken. */
  taken: z.int().nonnegative(),
  /** Packets that are no OSC, or larger than is read. */
  malformed: z.int().nonnegative(),
  /** Messages that are OSC and not one number to an address of the studio. */
  unknown: z.int().nonnegative(),
});
export type LiveState = z.infer<typeof liveStateSchema>;

export const liveEventSchema = z.discriminatedUnion('kind', [
  /** How things stand: the first event, and again when any of it has changed. */
  z.object({ kind: z.literal('state'), state: liveStateSchema }),
  /** The latest of each address since the event before. */
  z.object({ kind: z.literal('values'), values: list(liveValueSchema, { max: MAX_LIVE_VALUES }) }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;

/** 0 for any port that is free. */
export const oscPortSchema = z.int().min(0).max(65_535);
