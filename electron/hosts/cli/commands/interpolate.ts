import type { StripFormat } from '../../../contract/delivery.ts';
import type { DrawOverrides } from '../../../contract/draw.ts';
import type { IfExists } from '../../../contract/export.ts';
import type { PathSpace } from '../../../contract/generation.ts';
import { FRAME_FORMAT } from '../../../contract/formats.ts';
import { requirePlace, type Target, targetOf } from '../destination.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';
import { unheardIn } from '../unheard.ts';

/** 25 frames a second; GIF knows no finer steps than hundredths. */
const FRAME_MS = 40;

export interface InterpolateOptions extends GlobalOptions, DrawOverrides {
  readonly frames: number;
  readonly path: PathSpace;
  readonly even?: true | undefined;
  readonly out: string;
  readonly ifExists: IfExists;
}

/** Draws the way from one prompt to another, as an animation or as a folder of numbered PNGs. */
export async function interpolate(
  from: string,
  to: string,
  options: InterpolateOptions,
): Promise<void> {
  const target = targetOf(options.out);
  const { folder, file: asked, name, format } = target;
  await requirePlace(target, options.ifExists);
  await withStudio(options, async (session) => {
    const { service, signal, onProgress } = session;
    const {
      frames,
      path: space,
      even,
      json,
      seed = 0,
      truncation,
      temperature,
      gap,
      noiseSeed,
      variety,
    } = options;
    const delivery = await service.exportStrip(
      {
        from: { kind: 'prompt', prompt: from, seed },
        to: { kind: 'prompt', prompt: to, seed },
        ...{ path: space, even },
        settings: { truncation, temperature, gap, noiseSeed, variety },
        stops: frames,
        format: stripFormatOf(format, options.ifExists),
        name,
        destination: { kind: 'folder', folder, file: asked },
      },
      { signal, onEvent: onProgress },
    );
    const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
    const unheard = await unheardIn([from, to], session, json);
    print(json, { from, to, path: space, frames, seed, file, ...unheard }, [file]);
  });
}

function stripFormatOf(format: Target['format'], ifExists: IfExists): StripFormat {
  if (format !== 'frames') {
    return { kind: 'animation', format, frameMs: FRAME_MS, pingPong: false, ifExists };
  }
  // `requirePlace` lets nobody replace a folder.
  const kept = ifExists === 'rename' ? ifExists : 'refuse';
  return { kind: 'pictures', format: FRAME_FORMAT, ifExists: kept };
}
