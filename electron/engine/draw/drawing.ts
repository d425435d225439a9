import type {
  Between,
  EditPreviewRequest,
  Frame,
  FrameSize,
  GenerateEvent,
  GenerateRequest,
  KeepRequest,
  PreviewFrame,
  PreviewRequest,
  StripEvent,
  StripRequest,
  Walk,
} from '../../contract/draw.ts';
import type { Judgement, JudgeRequest } from '../../contract/edit.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { Anchor, Generation, Lineage } from '../../contract/generation.ts';
import type { ReplayRequest } from '../../contract/lineage.ts';
import type { CallOptions, StreamOptions } from '../../contract/method.ts';
import { trackProgress } from '../../contract/progress.ts';
import { type KeepMomentRequest, momentAt } from '../../contract/timeline.ts';
import type { FrameSpot } from '../export/render-folder.ts';
import type { SynthesisOptions } from '../generator/generator.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { Inference } from '../inference/inference.ts';
import { LatestNext } from '../inference/scheduler.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Library } from '../library/library.ts';
import { shared } from '../jobs/abort.ts';
import { Path, positions } from '../path/path.ts';
import { drawAll, type DrawOptions, paint } from './draw.ts';
import { Edits } from '../edit/edits.ts';
import { judge } from '../edit/score.ts';
import type { Models } from '../models/models.ts';
import { positionOn, segmentOf, spotOf } from '../path/moments.ts';
import type { Pace } from '../path/perceptual.ts';
import type { PackInUse } from '../models/pack-in-use.ts';
import { locate, type Manner, type Point, requireSamePack, type Sources } from '../session/codes.ts';
import type { PrincipalDirections } from '../semantics/principal-directions.ts';
import { Recent } from '../jobs/recent.ts';
import type { References } from '../session/references.ts';
import { askAgain, type Asked, findMade } from '../plan/replay.ts';
import { mannerOf, type Sketch, sketch } from '../plan/plan.ts';

/** Paths that an artist goes back and forth between: as many as the longest timeline has. */
const PATHS_KEPT = 64;

/** How long a path that was seen in passing goes on being measured, in milliseconds. */
const GLANCE_MS = 5_000;

export interface DrawingParts {
  readonly inference: Inference;
  readonly packs: PackInUse;
  readonly library: Library;
  readonly references: References;
  readonly principal: PrincipalDirections;
  readonly jobs: JobQueue;
  /** Told of every portrait that has come into the library. */
  readonly onKept: (generation: Generation) => void;
}

interface Work {
  readonly title: string;
  /** How many are kept, those that fit the words best; by default all. */
  readonly best?: number | undefined;
  readonly study: Study<Sketch[]>;
}

/** Finds out what is to be drawn. */
type Study<T> = (models: Models, call: CallOptions) => Promise<T>;

/** Everything that draws. What an artist waits for with a hand on the slider goes before the rest. */
export class Drawing {
  readonly #parts: DrawingParts;
  readonly #previews = new LatestNext();
  readonly #paths = new Recent<Path>(PATHS_KEPT);
  readonly #edits: Edits;

  constructor(parts: DrawingParts) {
    this.#parts = parts;
    this.#edits = new Edits(parts.principal);
  }

  generate(
    request: GenerateRequest,
    options?: StreamOptions<GenerateEvent>,
  ): Promise<{ ids: string[] }> {
    return this.#drawAsJob(
      {
        title: titleOf(request),
        best: request.bestOf && request.count,
        study: (models, call) => sketch(request, this.#sources(models), call),
      },
      options,
    );
  }

  /**
   * Runs the edge of the lineage that made a portrait once more. With nothing changed it draws the same
   * pixels on the same device, and tells the same of their making.
   *
   * @throws StudioError `not-found`, `pack-not-found`, `invalid-argument`, and what drawing throws
   */
  async replay(
    { id, change }: ReplayRequest,
    options?: StreamOptions<GenerateEvent>,
  ): Promise<{ ids: string[] }> {
    const made = findMade(id, change, this.#parts.library.reader);
    const asked = askAgain(made, change);
    const study = async (models: Models, call: CallOptions) => {
      requireSamePack(made.pack, models);
      const sketches = await this.#sketchAgain(asked, models, call);
      const { count } = made.settings;
      return sketches.map((again) => ({ ...again, settings: { ...again.settings, count } }));
    };
    return this.#drawAsJob({ title: change.prompt ?? made.prompt, study }, options);
  }

  preview(
    { channel, position, even = false, size, ...between }: PreviewRequest,
    { signal }: CallOptions = {},
  ): Promise<PreviewFrame> {
    return this.#previews.run(channel, async () => {
      const models = await shared(this.#parts.packs.models(), signal);
      const path = await this.pathOf(between, models);
      // A moving thumb does not wait until the path is measured; one at rest does.
      const pace = even ? (path.measured ?? (await this.#pace(path, size, signal))) : null;
      throwIfCancelled(signal);
      const call = { signal, priority: 'interactive' as const };
      const at = () => path.at(pace ? pace.positionAt(position) : position, call);
      const point = await (size === 'small' ? (pace ?? path).near(position) : at());
      const picture = await paint(point, models, { ...call, quality: QUALITY[size] });
      return { ...toFrame(picture), provisional: even && !pace };
    });
  }

  previewEdit(
    { channel, of, edits, size }: EditPreviewRequest,
    { signal }: CallOptions = {},
  ): Promise<Frame> {
    return this.#previews.run(channel, async () => {
      const models = await shared(this.#parts.packs.models(), signal);
      const call = { signal, priority: 'interactive' as const };
      const point = await this.#edits.apply(of, edits, this.#sources(models), call);
      throwIfCancelled(signal);
      return toFrame(await paint(point, models, { ...call, quality: QUALITY[size] }));
    });
  }

  async judgeEdits(request: JudgeRequest, { signal }: CallOptions = {}): Promise<Judgement> {
    const models = await shared(this.#parts.packs.models(), signal);
    return judge(request, this.#sources(models), { signal, priority: 'interactive' });
  }

  async strip(
    { stops, size, ...walk }: StripRequest,
    { signal, onEvent }: StreamOptions<StripEvent> = {},
  ): Promise<Record<string, never>> {
    const progress = trackProgress('render', stops, onEvent);
    const places = positions(stops);
    let index = 0;
    for await (const picture of this.frames(walk, places, { signal, quality: QUALITY[size] })) {
      const position = places[index] ?? 0;
      onEvent?.({ kind: 'stop', index, position, frame: toFrame(picture) });
      progress.advance();
      index += 1;
    }
    progress.finish();
    return {};
  }

  /** Pictures at positions of a path, each drawn when it is asked for. */
  async *frames(
    { even, ...between }: Walk,
    places: readonly number[],
    options: SynthesisOptions,
  ): AsyncGenerator<RgbPicture> {
    const { signal } = options;
    const models = await shared(this.#parts.packs.models(), signal);
    const path = await this.pathOf(between, models);
    for (const place of places) {
      throwIfCancelled(signal);
      const position = await positionOn(path, place, even, signal);
      yield await paint(await path.at(position, options), models, options);
    }
  }

  /** Keeps a position of a path as a portrait of the library. */
  keep(request: KeepRequest, options?: CallOptions): Promise<Generation> {
    return this.#keep((models, call) => this.#sketchBetween(request, models, call), options);
  }

  /** Keeps the moment of a timeline at a time as a portrait of the library. */
  keepMoment(request: KeepMomentRequest, options?: CallOptions): Promise<Generation> {
    return this.#keep((models, call) => this.#sketchMoment(request, models, call), options);
  }

  async #sketchAgain(asked: Asked, models: Models, call: CallOptions): Promise<Sketch[]> {
    switch (asked.kind) {
      case 'generate':
        return sketch(asked.request, this.#sources(models), call);
      case 'keep':
        return [await this.#sketchBetween(asked.request, models, call)];
      case 'moment':
        return [await this.#sketchMoment(asked.request, models, call, asked.spot)];
    }
  }

  async #keep(study: Study<Sketch>, { signal }: CallOptions = {}): Promise<Generation> {
    const models = await shared(this.#parts.packs.models(), signal);
    const call = { signal, priority: 'interactive' as const };
    const [generation] = await this.#draw([await study(models, call)], models, call);
    if (generation) return generation;
    throw new StudioError('internal', 'Nothing was kept.');
  }

  async #sketchBetween(
    { position: place, even, ...between }: KeepRequest,
    models: Models,
    call: CallOptions,
  ): Promise<Sketch> {
    const { path, from, to, settings } = between;
    const manner = mannerOf(models, {}, settings);
    const way = await this.pathOf(between, models);
    const position = await positionOn(way, place, even, call.signal);
    const { truncation } = manner;
    const source = { kind: 'interpolation' as const, path, from, to, position, truncation };
    return sketchOf(await way.at(position, call), { between, source, manner });
  }

  /** @param known where the moment lies, when it was resolved before */
  async #sketchMoment(
    { timeline, at }: KeepMomentRequest,
    models: Models,
    call: CallOptions,
    known?: FrameSpot,
  ): Promise<Sketch> {
    const moment = momentAt(timeline, at);
    const between = segmentOf(timeline, known?.segment ?? moment.segment);
    const way = await this.pathOf(between, models);
    const spot = known ?? (await spotOf(timeline, moment, way, call.signal));
    const source = { kind: 'timeline' as const, timeline, at, ...spot };
    const manner = mannerOf(models, {}, between.settings);
    return sketchOf(await way.at(spot.position, call), { between, source, manner });
  }

  /** Draws in the queue, where it can be watched and cancelled, and keeps what it draws. */
  #drawAsJob(
    { title, best, study }: Work,
    { signal, onEvent }: StreamOptions<GenerateEvent> = {},
  ): Promise<{ ids: string[] }> {
    const { jobs, packs } = this.#parts;
    const job = jobs.submit({
      ...{ kind: 'generate', title, signal, onProgress: onEvent },
      run: async (signal, onProgress) => {
        const models = await shared(packs.models(onProgress), signal);
        const sketches = await study(models, { signal });
        const portraits = await this.#draw(sketches, models, {
          ...{ signal, onProgress, best },
          onPortrait: (generation, index) => onEvent?.({ kind: 'portrait', index, generation }),
        });
        return { ids: portraits.map(({ id }) => id) };
      },
    });
    return job.result;
  }

  #draw(sketches: Sketch[], models: Models, options: DrawOptions): Promise<Generation[]> {
    const { inference, library, onKept } = this.#parts;
    return drawAll(
      sketches,
      { models, inference, writer: library.writer },
      {
        ...options,
        onPortrait: (generation, index) => {
          onKept(generation);
          options.onPortrait?.(generation, index);
        },
      },
    );
  }

  async #pace(path: Path, size: FrameSize, signal: AbortSignal | undefined): Promise<Pace | null> {
    if (size === 'full') return path.pace(signal);
    // Measured on while it is looked at. Whoever needs it to be right is told if it fails.
    path.pace(AbortSignal.timeout(GLANCE_MS)).catch(() => undefined);
    return null;
  }

  /** The path that a request means, found once and not anew for every position. */
  pathOf({ from, to, path, settings }: Between, models: Models): Promise<Path> {
    const { id, version } = models.pack.manifest;
    const key = JSON.stringify([id, version, from, to, path, settings]);
    return this.#paths.get(key, async () => {
      const find = (anchor: Anchor) =>
        locate(anchor, mannerOf(models, {}, settings), this.#sources(models), {
          priority: 'interactive',
        });
      const [start, end] = await Promise.all([find(from), find(to)]);
      return Path.between(start, end, path, models);
    });
  }

  #sources(models: Models): Sources {
    const { library, references } = this.#parts;
    return { models, references, reader: library.reader, edits: this.#edits };
  }
}

/** A point of a path, and the edge of the lineage that tells of it. */
function sketchOf(
  point: Point,
  { between, source, manner }: { between: Between; source: Lineage; manner: Manner },
): Sketch {
  const parents = [between.from, between.to].flatMap((anchor) =>
    anchor.kind === 'portrait' ? [anchor.id] : [],
  );
  return {
    ...{ prompt: '', words: null, seed: null, parents, source },
    settings: { ...manner, truncation: point.truncation, count: 1 },
    spot: () => point,
  };
}

const QUALITY = { small: 'preview', full: 'full' } as const;

/** A picture as it crosses to a window. */
export function toFrame({ width, height, data }: RgbPicture): Frame {
  return { width, height, pixels: data };
}

/** What a job is called in a list of jobs. */
function titleOf({ origin }: GenerateRequest): string {
  return 'prompt' in origin ? (origin.prompt ?? '') : '';
}
