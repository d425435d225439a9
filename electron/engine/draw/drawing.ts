import type {
  Between,
  EditPreviewRequest,
  Frame,
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
import type { Generation } from '../../contract/generation.ts';
import type { ReplayRequest } from '../../contract/lineage.ts';
import type { CallOptions, StreamOptions } from '../../contract/method.ts';
import { type ProgressEvent, trackProgress } from '../../contract/progress.ts';
import type { KeepMomentRequest } from '../../contract/timeline.ts';
import { scoreEdits } from '../edit/score.ts';
import type { SynthesisOptions } from '../generator/generator.ts';
import type { RgbPicture } from '../images/codec.ts';
import { resultAt } from '../inference/results.ts';
import { LatestNext } from '../inference/scheduler.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Library } from '../library/library.ts';
import type { KeptPacks } from '../loading/kept-packs.ts';
import type { LoadOptions } from '../models/models.ts';
import { positionOn } from '../path/moments.ts';
import { type Path, positions } from '../path/path.ts';
import type { PerceptualParametrisation } from '../path/perceptual.ts';
import type { GenerationPlan, Tools } from '../plan/generation-plan.ts';
import { madeBefore } from '../plan/made-before.ts';
import { planMoment, planPosition } from '../plan/interpolation.ts';
import { planGenerations } from '../plan/plan.ts';
import { findMade, planReplay } from '../plan/replay.ts';
import {
  portraitsBetween,
  portraitsOfOrigin,
  portraitsOfReplay,
  portraitsOfTimeline,
} from '../plan/portraits.ts';
import { drawAll, type DrawOptions } from './draw.ts';
import type { Workspace } from './workspace.ts';

/** How long a path that was seen in passing goes on being measured, in milliseconds. */
const GLANCE_MS = 5_000;

export interface DrawingParts {
  readonly workspace: Workspace;
  readonly library: Library;
  readonly kept: KeptPacks;
  readonly jobs: JobQueue;
  /** Told of every portrait that has come into the library. */
  readonly onKept: (generation: Generation) => void;
}

interface Work {
  readonly title: string;
  /** The portraits it works on, or the one whose making is run again: they decide which pack draws. */
  readonly on: readonly string[] | Generation;
}

interface PlannedWork extends Work {
  /** How many are kept, those that fit the words best; by default all. */
  readonly best?: number | undefined;
  readonly resume?: boolean | undefined;
  readonly plan: Planner<GenerationPlan[]>;
}

interface KeepOptions extends Pick<DrawOptions, 'best' | 'onPortrait' | 'onProgress'> {
  /** Takes portraits that were made in the very same way before as they are. */
  readonly resume?: boolean | undefined;
}

/** Draws what is planned and keeps it. Tells of each portrait by the index of its plan; of the best by their rank. */
export type Keep = (
  plans: readonly GenerationPlan[],
  options: KeepOptions,
) => Promise<Generation[]>;

/** Work in which what is drawn later is made of what was drawn before. */
export interface StepwiseWork extends Work {
  /** @returns the ids of what was asked for */
  readonly run: (
    tools: Tools,
    keep: Keep,
    options: CallOptions & Pick<DrawOptions, 'onProgress'>,
  ) => Promise<string[]>;
}

/** Finds out what is to be drawn. */
type Planner<T> = (tools: Tools, options: CallOptions) => Promise<T>;

/** Everything that draws. What an artist waits for with a hand on the slider goes before the rest. */
export class Drawing {
  readonly #parts: DrawingParts;
  readonly #previews = new LatestNext();

  constructor(parts: DrawingParts) {
    this.#parts = parts;
  }

  generate(
    request: GenerateRequest,
    options?: StreamOptions<GenerateEvent>,
  ): Promise<{ ids: string[] }> {
    const { origin, count, bestOf, resume } = request;
    return this.#drawAsJob(
      {
        title: titleOf(request),
        best: bestOf && count,
        // Which are the best of many is only known when all of them are there.
        resume: resume && bestOf === undefined,
        on: portraitsOfOrigin(origin),
        plan: (tools, call) => planGenerations(request, tools, call),
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
    const plan: PlannedWork['plan'] = (tools, call) => planReplay(made, change, tools, call);
    const on = change.of === undefined ? made : portraitsOfReplay(made, change.of);
    return this.#drawAsJob({ title: change.prompt ?? made.prompt, on, plan }, options);
  }

  preview(
    { channel, position, even = false, size, moving = false, ...between }: PreviewRequest,
    { signal }: CallOptions = {},
  ): Promise<PreviewFrame> {
    return this.#previews.run(channel, async () => {
      const { session, paths } = await this.#toolsFor(portraitsBetween(between), { signal });
      const path = await paths.between(between);
      // A moving thumb does not wait until the path is measured; one at rest does.
      const steps = even ? (path.measured ?? (await measured(path, moving, signal))) : null;
      throwIfCancelled(signal);
      const call = { signal, priority: 'interactive' as const };
      const exact = async () =>
        (await path.at(steps ? steps.positionAt(position) : position, call)).w;
      const w = await (moving ? (steps ?? path).near(position) : exact());
      const { noiseSeed } = path;
      const drawing = { ...call, noiseSeed, quality: QUALITY[size], follows: true };
      const picture = await render(w, session, drawing);
      return { ...toFrame(picture), provisional: even && !steps };
    });
  }

  /** Finds out where on a path even steps lie, unless that is known. */
  async measure(
    between: Between,
    { signal, onEvent }: StreamOptions<ProgressEvent> = {},
  ): Promise<Record<string, never>> {
    const { paths } = await this.#toolsFor(portraitsBetween(between), { signal });
    const path = await paths.between(between);
    await path.parametrisation(signal, onEvent);
    return {};
  }

  previewEdit(
    { channel, of, edits, size }: EditPreviewRequest,
    { signal }: CallOptions = {},
  ): Promise<Frame> {
    return this.#previews.run(channel, async () => {
      const tools = await this.#toolsFor(portraitsOfOrigin({ kind: 'edit', of, edits }), {
        signal,
      });
      const call = { signal, priority: 'interactive' as const };
      const { w } = await tools.edits.apply(of, edits, call);
      throwIfCancelled(signal);
      const { noiseSeed } = tools.session.reader.get(of).settings;
      const drawing = { ...call, noiseSeed, quality: QUALITY[size], follows: true };
      return toFrame(await render(w, tools.session, drawing));
    });
  }

  async judgeEdits(request: JudgeRequest, { signal }: CallOptions = {}): Promise<Judgement> {
    const on = portraitsOfOrigin({ kind: 'edit', ...request });
    const { edits, session } = await this.#toolsFor(on, { signal });
    return scoreEdits(request, edits, session, { signal, priority: 'interactive' });
  }

  async strip(
    { stops, size, ...walk }: StripRequest,
    { signal, onEvent }: StreamOptions<StripEvent> = {},
  ): Promise<Record<string, never>> {
    const progress = trackProgress('render', stops, onEvent);
    const asked = positions(stops);
    let index = 0;
    for await (const picture of this.frames(walk, asked, { signal, quality: QUALITY[size] })) {
      const position = asked[index] ?? 0;
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
    asked: readonly number[],
    options: SynthesisOptions,
  ): AsyncGenerator<RgbPicture> {
    const { signal } = options;
    const { session, paths } = await this.#toolsFor(portraitsBetween(between), { signal });
    const path = await paths.between(between);
    for (const one of asked) {
      throwIfCancelled(signal);
      const position = await positionOn(path, one, even, signal);
      const { w } = await path.at(position, options);
      yield await render(w, session, { ...options, noiseSeed: path.noiseSeed });
    }
  }

  /** Keeps a position of a path as a portrait of the library. */
  keep(request: KeepRequest, options?: CallOptions): Promise<Generation> {
    const plan: Planner<GenerationPlan> = (tools, call) => planPosition(request, tools, call);
    return this.#keep(portraitsBetween(request), plan, options);
  }

  /** Keeps the moment of a timeline at a time as a portrait of the library. */
  keepMoment(request: KeepMomentRequest, options?: CallOptions): Promise<Generation> {
    const plan: Planner<GenerationPlan> = (tools, call) => planMoment(request, tools, call);
    return this.#keep(portraitsOfTimeline(request.timeline), plan, options);
  }

  async #keep(
    on: readonly string[],
    plan: Planner<GenerationPlan>,
    { signal }: CallOptions = {},
  ): Promise<Generation> {
    const tools = await this.#toolsFor(on, { signal });
    const call = { signal, priority: 'interactive' as const };
    const [generation] = await this.#draw([await plan(tools, call)], tools, call);
    if (generation) return generation;
    throw new StudioError('internal', 'Nothing was kept.');
  }

  /** Draws in the queue, where it can be watched and cancelled, and keeps what it draws. */
  inSteps(
    { title, on, run }: StepwiseWork,
    { signal, onEvent }: StreamOptions<ProgressEvent> = {},
  ): Promise<{ ids: string[] }> {
    const job = this.#parts.jobs.submit({
      ...{ kind: 'generate', title, signal, onProgress: onEvent },
      run: async (signal, onProgress) => {
        const tools = await this.#toolsFor(on, { signal, onProgress });
        const keep: Keep = (plans, options) => this.#keepAll(plans, tools, { signal, ...options });
        return { ids: await run(tools, keep, { signal, onProgress }) };
      },
    });
    return job.result;
  }

  #drawAsJob(
    { title, best, resume, on, plan }: PlannedWork,
    options: StreamOptions<GenerateEvent> = {},
  ): Promise<{ ids: string[] }> {
    const onPortrait: DrawOptions['onPortrait'] = (generation, index) =>
      options.onEvent?.({ kind: 'portrait', index, generation });
    const run: StepwiseWork['run'] = async (tools, keep, { signal, onProgress }) => {
      const plans = await plan(tools, { signal });
      const portraits = await keep(plans, { best, resume, onPortrait, onProgress });
      return portraits.map(({ id }) => id);
    };
    return this.inSteps({ title, on, run }, options);
  }

  /** Draws and keeps plans, those that are there already left out where they are to be. @returns portraits in their order */
  async #keepAll(
    plans: readonly GenerationPlan[],
    tools: Tools,
    { resume = false, onPortrait, ...options }: KeepOptions & Pick<DrawOptions, 'signal'>,
  ): Promise<Generation[]> {
    const portraits = plans.map((plan) => (resume ? madeBefore(plan, tools) : null));
    const missing = [...portraits.keys()].filter((index) => portraits[index] === null);
    for (const [index, generation] of portraits.entries())
      if (generation) onPortrait?.(generation, index);
    const asked = missing.map((index) => resultAt(plans, index));
    const onDrawn = (generation: Generation, at: number): void => {
      const index = resultAt(missing, at);
      portraits[index] = generation;
      onPortrait?.(generation, index);
    };
    if (asked.length > 0) await this.#draw(asked, tools, { ...options, onPortrait: onDrawn });
    return portraits.filter((portrait) => portrait !== null);
  }

  #toolsFor(on: Work['on'], options: LoadOptions): Promise<Tools> {
    const { workspace } = this.#parts;
    return isOne(on) ? workspace.toolsOf(on, options) : workspace.tools(options, on);
  }

  #draw(
    plans: readonly GenerationPlan[],
    { session }: Tools,
    options: DrawOptions,
  ): Promise<Generation[]> {
    const { library, kept, onKept } = this.#parts;
    return drawAll(plans, session, library.writer, {
      ...options,
      onPortrait: (generation, index) => {
        onKept(generation);
        // The portrait is there, whatever comes of this: it is tried again with the next one.
        kept.keep(session.models.pack).catch(() => undefined);
        options.onPortrait?.(generation, index);
      },
    });
  }
}

function isOne(on: Work['on']): on is Generation {
  return 'id' in on;
}

/** How a path looks to the eye, where that is to be waited for. */
async function measured(
  path: Path,
  moving: boolean,
  signal: AbortSignal | undefined,
): Promise<PerceptualParametrisation | null> {
  if (!moving) return path.parametrisation(signal);
  // Measured on while it is looked at. Whoever needs it to be right is told if it fails.
  path.parametrisation(AbortSignal.timeout(GLANCE_MS)).catch(() => undefined);
  return null;
}

/** Draws one picture of a w or w⁺. */
async function render(
  w: Float32Array,
  { models }: Tools['session'],
  options: SynthesisOptions,
): Promise<RgbPicture> {
  return resultAt(await models.generator.synthesise([w], options), 0);
}

/** What a size of previews is drawn with. */
export const QUALITY = { small: 'preview', full: 'full' } as const;

/** A picture as it crosses to a window. */
export function toFrame({ width, height, data }: RgbPicture): Frame {
  return { width, height, pixels: data };
}

/** What a job is called in a list of jobs. */
function titleOf({ origin }: GenerateRequest): string {
  return 'prompt' in origin ? (origin.prompt ?? '') : '';
}
