/** What a window and its output say to each other, over a channel of the browser that no other page hears. */
import { z } from 'zod';
import { frameSchema } from '../../electron/contract/draw.ts';
import { generationIdSchema } from '../../electron/contract/generation.ts';
import { frameRateSchema } from '../../electron/contract/timeline.ts';

export const OUTPUT_CHANNEL = 'clip-flow-studio/output';
/** What the address of an output ends in. */
export const OUTPUT_QUERY = '?output';

/** What is seen on the easel, in Between or in Timeline. */
const shownSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('frame'), frame: frameSchema }),
  z.object({ kind: z.literal('portrait'), id: generationIdSchema }),
]);
export type Shown = z.infer<typeof shownSchema>;

export const outputMessageSchema = z.discriminatedUnion('kind', [
  /** Of an output, as often as it draws: is there anything newer than this? */
  z.object({ kind: z.literal('want'), seen: z.string().nullable() }),
  /** The answer: what there is, named by `serial`; left out where it is what was seen. */
  z.object({
    kind: z.literal('show'),
    fps: frameRateSchema,
    serial: z.string().nullable(),
    shown: shownSchema.optional(),
  }),
  /** Of a window that has got the keyboard: outputs show it, and no other. */
  z.object({ kind: z.literal('lead'), window: z.uuid() }),
]);
export type OutputMessage = z.infer<typeof outputMessageSchema>;

/** Hears what is said on a channel, and passes over what is something else. */
export function hear(channel: BroadcastChannel, take: (message: OutputMessage) => void): void {
  channel.addEventListener('message', ({ data }) => {
    const message = outputMessageSchema.safeParse(data);
    if (message.success) take(message.data);
  });
}
