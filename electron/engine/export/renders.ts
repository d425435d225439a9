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
  { format, side, ifExists, licenseOf }: RenderExport,
  codec: ImageCodec,
  work: WorkOptions,
): Promise<string> {
  await requireAll(render);
  const { pack, request } = render.plan;
  const { timeline, fps } = request;
  const prompt = timeline.keys.map(({ anchor }) => wordsOf(anchor)).join(' → ');
  const provenance = { prompt, license: await licenseOf?.(pack) };
  const every = framesToSkip(format, 1_000 / fps);
  const count = Math.ceil(render.frames / every);
  if (!isFolder(format) && side === undefined) {
    const options = { format, every, ifExists };
    return joinFrames(render, target, options, { codec, provenance, work });
  }
  const drawn = render.read(every);
  const frames = side === undefined ? drawn : resizeFrames(drawn, side, codec);
  const sequence = { frames, count, provenance };
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
  render: RenderFolder,
  file: string,
  { format, every, ifExists }: { format: AnimationFormat; every: number; ifExists: IfExists },
  {
    codec,
    provenance,
    work: { signal, onProgress },
  }: { codec: ImageCodec; provenance: Provenance; work: WorkOptions },
): Promise<string> {
  const files = Array.from({ length: Math.ceil(render.frames / every) }, (_, i) =>
    render.file(i * every),
  );
  const progress = trackProgress('export', files.length, onProgress);
  // How far joining is, nobody can tell; that it has begun, they can.
  progress.advance(0);
  const frameMs = (1_000 * every) / render.plan.request.fps;
  const written = await publish(file, ifExists, (draft) =>
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
