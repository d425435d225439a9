import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../contract/errors.ts';
import type { IfExists } from '../../contract/export.ts';
import { type AnimationFormat, type PictureFormat, STILL_FORMATS } from '../../contract/formats.ts';
import { trackProgress } from '../../contract/progress.ts';
import type { Frames, ImageCodec, RgbPicture } from '../images/codec.ts';
import { tellProvenance } from '../images/metadata/story.ts';
import { type Provenance, xmpPacket } from '../images/metadata/xmp.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { publish } from '../storage/publish.ts';
import type { WorkOptions } from './portraits.ts';

/** Pictures along a path, drawn as they are asked for. */
export interface FrameSequence {
  readonly frames: Frames;
  /** How many there will be, for the estimate of the time left. */
  readonly count: number;
  /** What the files say of themselves; null strips it. */
  readonly provenance: Provenance | null;
}

/** Frames at another longest side, in pixels, as they are asked for. */
export async function* resizeFrames(
  frames: Frames,
  side: number,
  codec: ImageCodec,
): AsyncGenerator<RgbPicture> {
  for await (const frame of frames) yield await codec.resize(frame, side);
}

/**
 * Writes frames as one endless animation that appears whole or not at all.
 *
 * @returns the file it became
 * @throws StudioError `cancelled`, `file-exists`, `disk-full`, `access-denied`, `invalid-argument`
 */
export async function exportAnimation(
  { frames, count, provenance }: FrameSequence,
  file: string,
  options: { format: AnimationFormat; frameMs: number; ifExists: IfExists },
  codec: ImageCodec,
  { signal, onProgress }: WorkOptions = {},
): Promise<string> {
  const progress = trackProgress('export', count, onProgress);
  const { format, frameMs, ifExists } = options;
  const written = await publish(file, ifExists, (draft) =>
    codec.animate(frames, draft, {
      format,
      frameMs,
      xmp: provenance ? xmpPacket(provenance) : undefined,
      signal,
      onFrame: () => progress.advance(),
    }),
  );
  progress.finish();
  return written;
}

/**
 * Writes frames as numbered pictures into a new folder that appears whole or not at all.
 *
 * @returns the folder it became
 * @throws StudioError `cancelled`, `file-exists`, `disk-full`, `access-denied`
 */
export async function exportFrames(
  { frames, count, provenance }: FrameSequence,
  folder: string,
  options: { format: PictureFormat; ifExists: Exclude<IfExists, 'replace'> },
  codec: ImageCodec,
  { signal, onProgress }: WorkOptions = {},
): Promise<string> {
  const progress = trackProgress('export', count, onProgress);
  const digits = Math.max(4, String(count).length);
  const written = await publish(folder, options.ifExists, async (draft) => {
    await makeFolder(draft);
    let number = 0;
    for await (const frame of frames) {
      throwIfCancelled(signal);
      number += 1;
      const name = String(number).padStart(digits, '0') + STILL_FORMATS[options.format].extension;
      const bytes = await encodeFrame(frame, options.format, provenance, codec);
      await writeFile(path.join(draft, name), bytes);
      progress.advance();
    }
  });
  progress.finish();
  return written;
}

async function encodeFrame(
  frame: RgbPicture,
  format: PictureFormat,
  provenance: Provenance | null,
  codec: ImageCodec,
): Promise<Uint8Array> {
  const bytes = await codec.encode(frame, format);
  return provenance ? tellProvenance(bytes, provenance) : bytes;
}
