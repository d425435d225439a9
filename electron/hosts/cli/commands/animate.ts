import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DrawOverrides } from '../../../contract/draw.ts';
import { StudioError } from '../../../contract/errors.ts';
import { animationFormatSchema } from '../../../contract/export.ts';
import {
  type Anchor,
  type Easing,
  generationIdSchema,
  type PathSpace,
  type Timeline,
} from '../../../contract/generation.ts';
import { type FrameRate, lengthOf, type PictureAnimation } from '../../../contract/timeline.ts';
import { resultAt } from '../../../engine/inference/results.ts';
import { requireWritable } from '../destination.ts';
import { print } from '../output.ts';
import { takePicture } from '../picture.ts';
import { type GlobalOptions, type Session, withStudio } from '../session.ts';

const SECONDS_A_WAY = 2;
/** What looks like a picture's file and is none is a slip, and no prompt. */
const PICTURE_FILE = /\.(png|jpe?g|webp|gif|avif|tiff?)$/i;

export interface AnimateOptions extends GlobalOptions, DrawOverrides {
  readonly out: string;
  readonly fps: FrameRate;
  /** Of the whole, or of each way. */
  readonly seconds?: readonly number[] | undefined;
  /** One for all ways, or one for each. */
  readonly path?: readonly PathSpace[] | undefined;
  readonly easing?: readonly Easing[] | undefined;
  readonly even?: true | undefined;
  readonly loop?: true | undefined;
  readonly seed: number;
}

/**
 * Draws the way through key-frames. What was drawn before Ctrl+C or a crash is kept, and the same line
 * goes on from there.
 */
export async function animate(
  keyFrames: readonly string[],
  options: AnimateOptions,
): Promise<void> {
  const { out, fps, json } = options;
  const { dir, name, ext } = path.parse(path.resolve(out));
  const format = formatOf(ext);
  if (format === 'png') requireFree(path.resolve(out));
  await requireWritable(dir);
  await withStudio(options, async (session) => {
    const { service, signal, onProgress } = session;
    const timeline = await timelineOf(keyFrames, options, session);
    const output = { format, name: format === 'png' ? name + ext : name };
    const work = { signal, onEvent: onProgress };
    const { id, frames } = await service.render({ timeline, fps, output }, work);
    const ifExists = format === 'png' ? 'refuse' : 'replace';
    const destination = { kind: 'folder' as const, folder: dir };
    const delivery = await service.exportRender({ id, ...output, ifExists, destination }, work);
    await service.dropRender({ id });
    const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
    const { loop, even, keys } = timeline;
    const seconds = lengthOf(timeline);
    print(json, { keys, even, loop, fps, seconds, frames, seed: options.seed, file }, [file]);
  });
}

async function timelineOf(
  keyFrames: readonly string[],
  options: AnimateOptions,
  session: Session,
): Promise<Timeline> {
  const { path: space = ['clip'], easing = ['linear'], even = false, loop = false } = options;
  const { truncation, temperature, gap } = options;
  const ways = loop ? keyFrames.length : keyFrames.length - 1;
  const [whole = SECONDS_A_WAY * ways, ...further] = options.seconds ?? [];
  const seconds = each(further.length > 0 ? [whole, ...further] : [whole / ways], ways);
  const [paths, easings] = [each(space, ways), each(easing, ways)];
  const anchors = await Promise.all(
    keyFrames.map((keyFrame) => anchorOf(keyFrame, options.seed, session)),
  );
  return {
    // Where nothing leads on from the last one, it says the same as the way that leads there.
    keys: anchors.map((anchor, i) => {
      const way = Math.min(i, ways - 1);
      return {
        anchor,
        ...{ path: resultAt(paths, way), easing: resultAt(easings, way) },
        seconds: resultAt(seconds, way),
      };
    }),
    ...{ loop, even, settings: { truncation, temperature, gap } },
  };
}

/** One for each way, of a list that has one for all or one for each. */
function each<T>(given: readonly T[], ways: number): readonly T[] {
  const [first] = given;
  if (given.length === 1 && first !== undefined) return Array.from({ length: ways }, () => first);
  if (given.length === ways) return given;
  throw new StudioError(
    'invalid-argument',
    `There are ${ways} ways between the key-frames, and ${given.length} of --seconds, --path or ` +
      '--easing. Give one for all, or one for each.',
  );
}

/** A portrait by its id, a picture by its file, and everything else is words. */
async function anchorOf(keyFrame: string, seed: number, { references }: Session): Promise<Anchor> {
  const id = generationIdSchema.safeParse(keyFrame);
  if (id.success) return { kind: 'portrait', id: id.data };
  const isFile = statSync(keyFrame, { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isFile && !PICTURE_FILE.test(keyFrame)) return { kind: 'prompt', prompt: keyFrame, seed };
  const { id: reference } = await takePicture(keyFrame, references);
  return { kind: 'image', reference, seed };
}

function formatOf(extension: string): PictureAnimation {
  const animation = animationFormatSchema.safeParse(extension.slice(1).toLowerCase());
  return animation.success ? animation.data : 'png';
}

/** Asked before the work, so that a refusal comes at once. */
function requireFree(folder: string): void {
  if (!existsSync(folder)) return;
  throw new StudioError(
    'file-exists',
    `${folder} already exists and was left as it is. Choose another name.`,
  );
}
