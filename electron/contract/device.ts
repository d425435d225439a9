import { z } from 'zod';

/** The processors portraits can be drawn on, in no particular order. */
export const deviceSchema = z.enum(['cuda', 'webgpu', 'coreml', 'dml', 'cpu']);
export type Device = z.infer<typeof deviceSchema>;

/** What a portrait was drawn on: a processor of this machine, or a model server. */
export const drawnOnSchema = z.enum([...deviceSchema.options, 'server']);

/** What is known of one device: in use, usable but not needed, untried, or put aside; and why. */
export const deviceStatusSchema = z.object({
  device: deviceSchema,
  status: z.enum(['used', 'available', 'untried', 'unavailable']),
  reason: z.string(),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;

/** Devices in order of preference. `used` is null until the first portrait has been drawn. */
export const deviceReportSchema = z.object({
  used: deviceSchema.nullable(),
  devices: z.array(deviceStatusSchema),
  /** The one that was chosen by hand; null where it was left to the studio. */
  chosen: deviceSchema.nullable(),
  /** Whether it was chosen where the studio was started, so that nothing else can be. */
  fixed: z.boolean(),
});
export type DeviceReport = z.infer<typeof deviceReportSchema>;

/** What is to draw from now on; null leaves it to the studio. */
export const deviceChoiceSchema = z.object({ device: deviceSchema.nullable() });
