/**
 * Joins frames that stand in files into one animation, in a process of its own: libvips can neither be
 * stopped on its way nor say how far it is, but a process can be ended.
 */
import sharp, { type Sharp } from 'sharp';
import type { AnimationFormat } from '../../contract/formats.ts';
import { addXmp } from './metadata/gif.ts';
import { failureOf, type JoinReply, type JoinRequest, joinRequestSchema } from './joining.ts';

interface Timing {
  readonly loop: number;
  readonly delay: number[];
}

const ENCODERS: Record<AnimationFormat, (joined: Sharp, timing: Timing) => Sharp> = {
  webp: (joined, timing) => joined.webp({ ...timing, quality: 90 }),
  // At libvips' default effort it takes over a second a frame at 512 px; at 1 a tenth of that, and hardly
  // more bytes.
  gif: (joined, timing) => joined.gif({ ...timing, effort: 1 }),
};

// Ctrl+C in a terminal reaches the whole group; the host decides what becomes of running work.
process.on('SIGINT', () => undefined);
// A host that is gone needs no animation.
process.on('disconnect', () => process.exit());
process.once('message', (message) => {
  join(joinRequestSchema.parse(message)).then(
    () => reply({ failure: null }),
    (thrown: unknown) => reply({ failure: failureOf(thrown) }),
  );
});

function reply(message: JoinReply): void {
  process.send?.(message);
}

async function join({ files, target, format, delays, xmp }: JoinRequest): Promise<void> {
  // The limit is meant for strangers' files; all frames together may well pass it.
  const joined = sharp(files, { join: { animated: true }, limitInputPixels: false });
  if (xmp !== undefined) joined.withXmp(xmp);
  const timing = { loop: 0, delay: delays };
  await ENCODERS[format](joined, timing).toFile(target);
  // libvips writes none into a GIF.
  if (format === 'gif' && xmp !== undefined) await addXmp(target, xmp);
}
