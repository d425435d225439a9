import { InvalidArgumentError } from '@commander-js/extra-typings';
import { count } from '../../../contract/count.ts';
import type { DrawOverrides } from '../../../contract/draw.ts';
import { StudioError } from '../../../contract/errors.ts';
import type { IfExists } from '../../../contract/export.ts';
import {
  type Anchor,
  type Easing,
  type PathSpace,
  type Timeline,
} from '../../../contract/generation.ts';
import { generationIdSchema, idBeginningSchema } from '../../../contract/identity.ts';
import { advancesOf, type Shares } from '../../../contract/progress.ts';
import { FRAME_FORMAT, type PictureAnimation } from '../../../contract/formats.ts';
import { type FrameRate, lengthOf } from '../../../contract/timeline.ts';
import { resultAt } from '../../../engine/inference/results.ts';
import { words } from '../arguments.ts';
import { requirePlace, targetOf } from '../destination.ts';
import { print, printNote } from '../output.ts';
import { takePicture } from '../picture.ts';
import { picturePath } from '../picture-path.ts';
import { type GlobalOptions, type Session, withStudio } from '../session.ts';
import { unheardIn } from '../unheard.ts';

const SECONDS_A_WAY = 2;
/** What is nearly an id, and no words. */
const LIKE_AN_ID = /^[0-9a-f]{8}-[0-9a-f-]{4,}$/i;

export interface AnimateOptions extends GlobalOptions, Omit<DrawOverrides, 'noiseSeed'> {
  readonly noiseSeed?: number | undefined;
  readonly out: string;
  readonly ifExists: IfExists;
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
  const { out, fps, ifExists, json } = options;
  const target = targetOf(out);
  const { folder, file: asked, name, format: written } = target;
  const format: PictureAnimation = written === 'frames' ? FRAME_FORMAT : written;
  await requirePlace(target, ifExists);
  await withStudio(options, async (session) => {
    const { service, signal, onProgress } = session;
    const timeline = await timelineOf(keyFrames, options, session);
    const output = { format, name };
    const work = { signal, onEvent: onProgress };
    let servers: Shares = [];
    const takeShares = advancesOf('render', (advance) => (servers = advance.servers ?? []));
    const { id, frames } = await service.render(
      { timeline, fps, output },
      {
        signal,
        onEvent: (event) => {
          takeShares(event);
          onProgress(event);
        },
      },
    );
    const destination = { kind: 'folder' as const, folder, file: asked };
    const delivery = await service.exportRender({ id, ...output, ifExists, destination }, work);
    await service.dropRender({ id });
    const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
    const { loop, even, keys } = timeline;
    const seconds = lengthOf(timeline);
    const prompts = keys.flatMap(({ anchor }) => (anchor.kind === 'prompt' ? [anchor.prompt] : []));
    const unheard = await unheardIn(prompts, session, json);
    const told = {
      keys,
      even,
      loop,
      fps,
      seconds,
      frames,
      seed: options.seed,
      file,
      servers,
      ...unheard,
    };
    print(json, told, [file]);
  });
}

async function timelineOf(
  keyFrames: readonly string[],
  options: AnimateOptions,
  session: Session,
): Promise<Timeline> {
  const { path: space = ['clip'], easing = ['linear'], even = false, loop = false } = options;
  const { truncation, temperature, gap, noiseSeed, variety } = options;
  const ways = loop ? keyFrames.length : keyFrames.length - 1;
  const [whole = SECONDS_A_WAY * ways, ...further] = options.seconds ?? [];
  const given = further.length > 0 ? [whole, ...further] : [whole / ways];
  if (!options.json) tellOfComma(given, ways);
  const seconds = each(given, ways, '--seconds');
  const [paths, easings] = [each(space, ways, '--path'), each(easing, ways, '--easing')];
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
    ...{ loop, even, settings: { truncation, temperature, gap, noiseSeed, variety } },
  };
}

/** Two whole numbers for two ways may have been meant as one with a decimal comma. */
function tellOfComma(seconds: readonly number[], ways: number): void {
  const [first = 0, second = 0, ...further] = seconds;
  if (ways !== 2 || further.length > 0 || seconds.length < 2 || !seconds.every(Number.isInteger))
    return;
  printNote(
    `Read as ${first} s for the first way and ${second} s for the second; decimals have a point: ${first}.${second}.`,
  );
}

/** One for each way, of a list that has one for all or one for each. */
function each<T>(given: readonly T[], ways: number, option: string): readonly T[] {
  const [first] = given;
  if (given.length === 1 && first !== undefined) return Array.from({ length: ways }, () => first);
  if (given.length === ways) return given;
  throw new InvalidArgumentError(
    `The key-frames have ${count(ways, 'way')} between them, and ${option} gives ${given.length}. Give ` +
      'one for all, or one for each, with commas between; decimals have a point, as 1.5.',
  );
}

/** A portrait by its id, a picture by its file, and everything else is words. */
async function anchorOf(
  keyFrame: string,
  seed: number,
  { references, library }: Session,
): Promise<Anchor> {
  const beginning = idBeginningSchema.safeParse(keyFrame.trim());
  if (beginning.success) {
    const whole = generationIdSchema.safeParse(beginning.data).data;
    const id = whole ?? library.reader.idBeginning(beginning.data);
    if (id !== null) return { kind: 'portrait', id };
  }
  const file = picturePath(keyFrame);
  if (file !== null) {
    const { id: reference } = await takePicture(file, references);
    return { kind: 'image', reference, seed };
  }
  if (!LIKE_AN_ID.test(keyFrame.trim())) return { kind: 'prompt', prompt: words(keyFrame), seed };
  throw new StudioError(
    'invalid-argument',
    `"${keyFrame}" looks like the id of a portrait and is none. "clip-flow list" shows the ids.`,
  );
}
