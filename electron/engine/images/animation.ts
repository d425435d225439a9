import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cancelled, StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { MOVING_FORMATS } from '../../contract/formats.ts';
import { ScratchFolder } from '../storage/scratch-folder.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';
import type { AnimationOptions, Frames, RgbPicture } from './codec.ts';
import { errorOf, type JoinRequest, joinReplySchema } from './joining.ts';
import { fromPixels } from './pixels.ts';

const JOIN_CHILD = fileURLToPath(new URL('join-child.ts', import.meta.url));

/**
 * Writes frames as an endless animation. Each is written to a file first: libvips then joins them a
 * strip at a time, which keeps memory flat where joining buffers would hold every frame. They lie beside
 * the animation, where there has to be room for it too.
 */
export async function animate(
  frames: Frames,
  file: string,
  options: AnimationOptions,
): Promise<void> {
  const scratch = ScratchFolder.open(path.dirname(file));
  try {
    await join(await writeFrames(frames, scratch.folder, options), file, options);
  } finally {
    await scratch.remove();
  }
}

async function writeFrames(
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
    // Not by libvips, whose error would not say what the disk's does.
    const png = await fromPixels(frame).png({ compressionLevel: 1 }).toBuffer();
    await writeFile(file, png, { mode: PRIVATE_FILE });
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
  const timing = delays(files.length, frameMs, MOVING_FORMATS[format].grainMs);
  await joinInChild({ files: [...files], target, format, delays: timing, xmp }, signal);
}

/** Cancelling ends the process at once; what it has written is the caller's to clear away. */
function joinInChild(request: JoinRequest, signal: AbortSignal | undefined): Promise<void> {
  const child = fork(JOIN_CHILD, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  return new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () =>
      reject(signal?.aborted ? cancelled(signal.reason) : new Error('The frames were not joined.')),
    );
    child.once('message', (message) => {
      const { failure } = joinReplySchema.parse(message);
      if (failure === null) resolve();
      else reject(errorOf(failure));
    });
    // One that did not start has no channel; its error tells.
    if (child.pid !== undefined) child.send(request);
  }).finally(() => {
    signal?.removeEventListener('abort', stop);
    if (child.connected) child.disconnect();
  });
}

/** Delays in whole grains of time whose sum is never more than half a grain off. */
function delays(count: number, frameMs: number, grainMs: number): number[] {
  const end = (frame: number) => Math.round((frame * frameMs) / grainMs) * grainMs;
  return Array.from({ length: count }, (_, frame) => end(frame + 1) - end(frame));
}
