import type { Frame } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Timeline } from '../../contract/generation.ts';
import type { StreamOptions } from '../../contract/method.ts';
import { type OnProgress, type ProgressEvent, trackProgress } from '../../contract/progress.ts';
import {
  frameCount,
  MAX_FRAMES,
  momentAt,
  type Render,
  type RenderFrameRequest,
  type RenderRequest,
  segmentsOf,
  timeOfFrame,
} from '../../contract/timeline.ts';
import type { DrawnPicture } from '../generator/generator.ts';
import type { ImageCodec } from '../images/codec.ts';
import type { Inference } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { shared } from '../jobs/abort.ts';
import { chunksOf, runPipeline } from '../jobs/pipeline.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { locateMoment, type PathPosition, segmentOf } from '../path/moments.ts';
import type { Path } from '../path/path.ts';
import type { Paths } from '../path/paths.ts';
import { portraitsOfTimeline } from '../plan/portraits.ts';
import type { Session } from '../session/session.ts';
import { DRAWN_AHEAD, drawByNoise } from './by-noise.ts';
import { toFrame } from './drawing.ts';
import { type RenderFolder, RenderFolders } from './render-folder.ts';
import type { Workspace } from './workspace.ts';

/** Frames drawn together. A render that goes on begins at the same ones, and draws the same numbers. */
const CHUNK = 4;

export interface TimelinesParts {
  readonly workspace: Workspace;
  readonly codec: ImageCodec;
  readonly inference: Pick<Inference, 'portraitsElsewhere'>;
  readonly jobs: JobQueue;
  /** Root folder of the library. */
  readonly library: string;
}

/** Ways through several prompts, pictures and portraits, drawn frame by frame. */
export class Timelines {
  readonly folders: RenderFolders;
  readonly #parts: TimelinesParts;
  /** Ids of what is being drawn now. */
  readonly #active = new Set<string>();

  constructor(parts: TimelinesParts) {
    this.#parts = parts;
    this.folders = new RenderFolders(parts.library, parts.codec);
  }

  /** Draws what is not drawn yet. What was drawn before a cancel or a crash is kept and gone on from. */
  render(
    request: RenderRequest,
    { signal, onEvent }: StreamOptions<ProgressEvent> = {},
  ): Promise<Render> {
    const job = this.#parts.jobs.submit({
      ...{ kind: 'animate', title: request.output.name, signal },
      onProgress: onEvent,
      run: (signal, onProgress) => this.#render(request, signal, onProgress),
    });
    return job.result;
  }

  /**
   * What was not finished, latest first: nothing that is being drawn now, for this window or another, or by
   * another process.
   */
  async unfinished(): Promise<Render[]> {
    const found = await this.folders.list();
    const locked = await Promise.all(found.map(({ id }) => this.folders.isLocked(id)));
    return found.filter(({ id }, i) => !this.#active.has(id) && !locked[i]);
  }

  /** @throws StudioError `invalid-argument` while it is being drawn */
  async drop(id: string): Promise<void> {
    if (this.#active.has(id) || (await this.folders.isLocked(id))) {
      throw new StudioError(
        'invalid-argument',
        'These frames are being drawn now. Stop that first; they are kept until you drop them.',
      );
    }
    await this.folders.drop(id);
  }

  async frame({ id, index, side }: RenderFrameRequest): Promise<Frame> {
    const { codec } = this.#parts;
    const frame = await (await this.folders.find(id)).frame(index);
    return toFrame(side === undefined ? frame : await codec.resize(frame, side));
  }

  async #render(
    request: RenderRequest,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<Render> {
    const { timeline, fps } = request;
    const frames = frameCount(timeline, fps);
    if (frames > MAX_FRAMES) throw tooLong(frames);
    const on = portraitsOfTimeline(timeline);
    const tools = await this.#parts.workspace.tools({ signal, onProgress }, on);
    const { session } = tools;
    const paths = await shared(pathsOf(timeline, tools.paths), signal);
    const { id, version, license } = session.models.pack.manifest;
    const folder = await this.folders.open({ pack: { id, version }, request }, () =>
      locateFrames(request, paths, signal),
    );
    this.#active.add(folder.id);
    const hold = folder.hold();
    try {
      // Servers have the next frames while pictures are on their way back.
      const ahead = DRAWN_AHEAD + Math.ceil(this.#parts.inference.portraitsElsewhere / CHUNK);
      await drawFrames(folder, paths, session, { signal, onProgress, ahead });
    } finally {
      await hold.remove();
      this.#active.delete(folder.id);
    }
    return { ...(await folder.describe()), license };
  }
}

function pathsOf(timeline: Timeline, paths: Paths): Promise<Path[]> {
  const segments = segmentsOf(timeline).map((_, segment) => segmentOf(timeline, segment));
  return Promise.all(segments.map((between) => paths.between(between)));
}

function locateFrames(
  { timeline, fps }: RenderRequest,
  paths: readonly Path[],
  signal: AbortSignal,
): Promise<PathPosition[]> {
  const frames = Array.from({ length: frameCount(timeline, fps) }, (_, frame) => frame);
  return Promise.all(
    frames.map((frame) => {
      const moment = momentAt(timeline, timeOfFrame(timeline, fps, frame));
      return locateMoment(timeline, moment, resultAt(paths, moment.segment), signal);
    }),
  );
}

/** Draws the frames that are missing, and writes them while the next are being drawn. */
async function drawFrames(
  folder: RenderFolder,
  paths: readonly Path[],
  { models, codes }: Session,
  { signal, onProgress, ahead }: { signal: AbortSignal; onProgress: OnProgress; ahead: number },
): Promise<void> {
  const drawn = await folder.drawn();
  const progress = trackProgress('render', folder.frames, onProgress, undefined, drawn.size);
  const isMissing = (frame: number) => !drawn.has(frame);
  // What is drawn together stays together, so that a render that goes on draws the same numbers.
  const unfinished = chunksOf([...folder.plan.positions.keys()], CHUNK).filter((chunk) =>
    chunk.some(isMissing),
  );
  const pathOf = (frame: number) => resultAt(paths, resultAt(folder.plan.positions, frame).segment);
  const draw = async (frames: readonly number[]) => {
    const pending = frames.map((frame) =>
      pathOf(frame).codeAt(resultAt(folder.plan.positions, frame).position),
    );
    const latents = (await codes.decode(pending, { signal })).map(({ w }, i) => {
      return { w, noiseSeed: pathOf(resultAt(frames, i)).noiseSeed };
    });
    const pictures = await drawByNoise(latents, models.generator, { signal });
    return frames.map((frame, i) => ({ frame, picture: resultAt(pictures, i) }));
  };
  const write = async ({ frame, picture }: { frame: number; picture: DrawnPicture }) => {
    await folder.write(frame, picture);
    progress.advance(1, picture.by?.address);
  };
  const finish = async (pictures: Awaited<ReturnType<typeof draw>>) => {
    await Promise.all(pictures.filter(({ frame }) => isMissing(frame)).map(write));
  };
  await runPipeline(unfinished, { draw, finish }, { signal, ahead });
  progress.finish();
}

function tooLong(frames: number): StudioError {
  return new StudioError(
    'invalid-argument',
    `This would be ${frames.toLocaleString('en')} frames; ${MAX_FRAMES.toLocaleString('en')} are ` +
      'the most at once. Make it shorter, or draw fewer frames a second.',
  );
}
