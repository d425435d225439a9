import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { AnimationFormat } from '../../contract/export.ts';
import type { AnimationOptions, Frames, RgbPicture } from './codec.ts';
import { fromPixels } from './pixels.ts';

/** The finest steps of time that a format knows. */
const GRAIN_MS: Record<AnimationFormat, number> = { webp: 1, gif: 10 };

/**
 * Writes frames as an endless animation. Each is spooled to a file first: libvips then joins them a
 * strip at a time, which keeps memory flat where joining buffers would hold every frame.
 */
export async function animate(
  frames: Frames,
  file: string,
  options: AnimationOptions,
): Promise<void> {
  const spool = await mkdtemp(path.join(tmpdir(), 'clip-flow-frames-'));
  try {
    await join(await spoolFrames(frames, spool, options), file, options);
  } finally {
    await rm(spool, { recursive: true, force: true });
  }
}

async function spoolFrames(
  frames: Frames,
  folder: string,
  { signal, onFrame }: AnimationOptions,
): Promise<string[]> {
  const files: string[] = [];
  let first: RgbPicture | undefined;
  for await (const frame of frames) {
    throwIfCancelled(signal);
    first ??= frame;
    if (frame.width !== first.width || frame.height !== first.height) {
      throw new StudioError('invalid-argument', 'All frames of an animation must have one size.');
    }
    const file = path.join(folder, `${files.length}.png`);
    await fromPixels(frame).png({ compressionLevel: 1 }).toFile(file);
    files.push(file);
    onFrame?.();
  }
  return files;
}

/** Joins frames that stand in files. */
export async function join(
  files: readonly string[],
  target: string,
  { format, frameMs, xmp, signal }: AnimationOptions,
): Promise<void> {
  throwIfCancelled(signal);
  if (files.length === 0) throw new StudioError('invalid-argument', 'There are no frames.');
  // The limit is meant for strangers' files; all frames together may well pass it.
  const joined = sharp([...files], { join: { animated: true }, limitInputPixels: false });
  if (xmp !== undefined) joined.withXmp(xmp);
  const timing = { loop: 0, delay: delays(files.length, frameMs, GRAIN_MS[format]) };
  // GIF at libvips' default effort takes over a second a frame at 512 px; at 1 a tenth of that, and
  // hardly more bytes.
  const encoded =
    format === 'webp'
      ? joined.webp({ ...timing, quality: 90 })
      : joined.gif({ ...timing, effort: 1 });
  await encoded.toFile(target);
  throwIfCancelled(signal);
}

/** Delays in whole grains of time whose sum is never more than half a grain off. */
function delays(count: number, frameMs: number, grainMs: number): number[] {
  const end = (frame: number) => Math.round((frame * frameMs) / grainMs) * grainMs;
  return Array.from({ length: count }, (_, frame) => end(frame + 1) - end(frame));
}
