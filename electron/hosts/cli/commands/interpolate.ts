import path from 'node:path';
import type { StripFormat } from '../../../contract/delivery.ts';
import type { DrawOverrides } from '../../../contract/draw.ts';
import { animationFormatSchema } from '../../../contract/export.ts';
import type { PathSpace } from '../../../contract/generation.ts';
import { requireWritable } from '../destination.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

/** 25 frames a second; GIF knows no finer steps than hundredths. */
const FRAME_MS = 40;

export interface InterpolateOptions extends GlobalOptions, DrawOverrides {
  readonly frames: number;
  readonly path: PathSpace;
  readonly even?: true | undefined;
  readonly out: string;
}

/** Draws the way from one prompt to another, as an animation or as a folder of numbered PNGs. */
export async function interpolate(
  from: string,
  to: string,
  options: InterpolateOptions,
): Promise<void> {
  const { dir, name, ext } = path.parse(path.resolve(options.out));
  await requireWritable(dir);
  await withStudio(options, async ({ service, signal, onProgress }) => {
    const { frames, path: space, even, json, seed = 0, truncation, temperature, gap } = options;
    const format = formatOf(ext);
    const delivery = await service.exportStrip(
      {
        from: { kind: 'prompt', prompt: from, seed },
        to: { kind: 'prompt', prompt: to, seed },
        ...{ path: space, even },
        settings: { truncation, temperature, gap },
        stops: frames,
        format,
        name: format.kind === 'animation' ? name : name + ext,
        destination: { kind: 'folder', folder: dir },
      },
      { signal, onEvent: onProgress },
    );
    const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
    print(json, { from, to, path: space, frames, seed, file }, [file]);
  });
}

function formatOf(extension: string): StripFormat {
  const animation = animationFormatSchema.safeParse(extension.slice(1).toLowerCase());
  return animation.success
    ? {
        ...{ kind: 'animation', frameMs: FRAME_MS, pingPong: false, ifExists: 'replace' },
        format: animation.data,
      }
    : { kind: 'pictures', format: 'png', ifExists: 'refuse' };
}
