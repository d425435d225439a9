import { StudioError } from '../../contract/errors.ts';
import type { IfExists } from '../../contract/export.ts';
import { trackProgress } from '../../contract/progress.ts';
import {
  type AnimationFormat,
  isFolder,
  framesToSkip,
  type PictureAnimation,
} from '../../contract/formats.ts';
import type { Anchor } from '../../contract/generation.ts';
import { orderOf } from '../../contract/timeline.ts';
import type { ImageCodec } from '../images/codec.ts';
import { type Provenance, xmpPacket } from '../images/metadata/xmp.ts';
import { publish } from '../storage/publish.ts';
import { exportAnimation, exportFrames, resizeFrames } from './frames.ts';
import type { LicenseOf } from './pack-facts.ts';
import type { WorkOptions } from './portraits.ts';
import type { RenderFolder } from '../draw/render-folder.ts';

export interface RenderExport {
  readonly format: PictureAnimation;
  readonly side: number | undefined;
  /** There and back again. */
  readonly pingPong?: boolean | undefined;
  readonly ifExists: IfExists;
  readonly licenseOf?: LicenseOf | undefined;
}

/**
 * Joins the frames of a render into one animation, or copies them into a new folder of numbered PNGs,
 * which appears whole or not at all. A GIF cannot hold 60 frames a second and takes every other one.
 *
 * @param target path of the file or folder, extension and all
 * @returns the file or folder it became
 * @throws StudioError `cancelled`, `not-found` where a frame is missing, `file-exists`, `disk-full`,
 *   `access-denied`
 */
export async function exportRender(
  render: RenderFolder,
  target: string,
  { format, side, pingPong, ifExists, licenseOf }: RenderExport,
  codec: ImageCodec,
  work: WorkOptions,
): Promise<string> {
  await requireAll(render);
  const { pack, request } = render.plan;
  const { timeline, fps } = request;
  const prompt = timeline.keys.map(({ anchor }) => wordsOf(anchor)).join(' → ');
  const provenance = { prompt, license: await licenseOf?.(pack) };
  const every = framesToSkip(format, 1_000 / fps);
  const order = orderOf(render.frames, pingPong).filter((_, place) => place % every === 0);
  if (!isFolder(format) && side === undefined) {
    const options = { format, frameMs: (1_000 * every) / fps, ifExists };
    const files = order.map((frame) => render.file(frame));
    return joinFrames(files, target, options, { codec, provenance, work });
  }
  const drawn = render.read(order);
  const frames = side === undefined ? drawn : resizeFrames(drawn, side, codec);
  const sequence = { frames, count: order.length, provenance };
  if (isFolder(format)) {
    if (ifExists === 'replace') {
      throw new StudioError(
        'invalid-argument',
        'A folder of pictures is never replaced. Nothing was written; choose another name.',
      );
    }
    return exportFrames(sequence, target, { format, ifExists }, codec, work);
  }
  const options = { format, frameMs: (1_000 * every) / fps, ifExists };
  return exportAnimation(sequence, target, options, codec, work);
}

/** Frames as they were drawn are joined straight from their files. */
async function joinFrames(
  files: readonly string[],
  target: string,
  { format, frameMs, ifExists }: { format: AnimationFormat; frameMs: number; ifExists: IfExists },
  {
    codec,
    provenance,
    work: { signal, onProgress },
  }: { codec: ImageCodec; provenance: Provenance; work: WorkOptions },
): Promise<string> {
  const progress = trackProgress('export', files.length, onProgress);
  // How far joining is, nobody can tell; that it has begun, they can.
  progress.advance(0);
  const written = await publish(target, ifExists, (draft) =>
    codec.join(files, draft, { format, frameMs, xmp: xmpPacket(provenance), signal }),
  );
  progress.finish();
  return written;
}

async function requireAll(render: RenderFolder): Promise<void> {
  const { drawn, frames } = await render.describe();
  if (drawn === frames) return;
  throw new StudioError(
    'not-found',
    `${frames - drawn} of ${frames} frames are not drawn yet. Render the timeline first.`,
  );
}

function wordsOf(anchor: Anchor): string {
  return anchor.kind === 'prompt' ? anchor.prompt : anchor.kind;
}
