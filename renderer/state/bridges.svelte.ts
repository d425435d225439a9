import type {
  Bridge,
  BridgeEvent,
  BridgeRequest,
  CurvePoint,
} from '../../electron/contract/bridge.ts';
import type { Frame } from '../../electron/contract/draw.ts';
import { throwIfCancelled, toStudioError } from '../../electron/contract/errors.ts';
import type { Task } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { LongWork } from './long-work.svelte.ts';

/** What learning a bridge is busy with: drawing pairs, learning from them, and making the pack. */
export type BridgeStage = 'pairs' | 'training' | 'pack';

export interface BridgeRun {
  readonly request: BridgeRequest;
  readonly stage: BridgeStage;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly remainingMs: number | null;
}

/** A test prompt as the best flow so far draws it. */
export interface BridgeSample {
  readonly prompt: string;
  readonly frame: Frame;
}

/** After a cancel the engine goes on until what it is at is done, and is asked again that often until then. */
const BUSY_MS = 400;
const MOST_TRIES = 100;

const STAGES: Partial<Record<Task, BridgeStage>> = {
  'draw-pairs': 'pairs',
  'train-flow': 'training',
};

/** The bridge that is being learnt, at most one in a window, and those that were begun before. */
export class Bridges extends LongWork<BridgeRun> {
  readonly #service: StudioService;
  #found = $state.raw<readonly Bridge[]>([]);
  #curve = $state.raw<readonly CurvePoint[]>([]);
  #samples = $state.raw<readonly BridgeSample[]>([]);
  #isEnding = $state(false);
  #learning: Promise<unknown> = Promise.resolve();
  /** What was paused last: the engine may not be done with it yet. */
  #paused: BridgeRequest | null = null;

  constructor(service: StudioService) {
    super();
    this.#service = service;
  }

  /** Those that were begun, and neither finished nor are being learnt here. */
  get begun(): readonly Bridge[] {
    return this.#found.filter((bridge) => bridge.made === undefined && !this.#isRunning(bridge));
  }

  /** Those of which a pack was made, and pictures are left. */
  get finished(): readonly Bridge[] {
    return this.#found.filter((bridge) => bridge.made !== undefined && !this.#isRunning(bridge));
  }

  get curve(): readonly CurvePoint[] {
    return this.#curve;
  }

  get samples(): readonly BridgeSample[] {
    return this.#samples;
  }

  /** Whether it was told to pause or to finish, and is not there yet. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  async reload(): Promise<void> {
    this.#found = await this.#service.bridges({});
  }

  /** Learns a bridge from where it was left. Null when it was paused or failed, or another is under way. */
  async learn(request: BridgeRequest): Promise<PackInfo | null> {
    if (this.run) return null;
    this.#curve = [];
    this.#samples = [];
    return this.#go(request);
  }

  /** Ends when what has been learnt is on the disk. */
  async pause(): Promise<void> {
    this.#paused = this.run?.request ?? null;
    this.#isEnding = true;
    this.cancel();
    await this.#learning;
  }

  /** Learns no more: makes a pack of the best flow so far. Null when that failed. */
  async finish(): Promise<PackInfo | null> {
    const { run } = this;
    if (!run) return null;
    await this.pause();
    return this.#go({ ...run.request, finish: true });
  }

  /** Stops the bridge that is being learnt, and forgets it. */
  async discard(): Promise<void> {
    const { run } = this;
    if (!run) return;
    await this.pause();
    const bridge = this.#found.find((found) => isOf(found, run.request));
    if (bridge) await this.drop(bridge.id);
  }

  async drop(id: string): Promise<void> {
    await this.#onceFree(() => this.#service.dropBridge({ id }));
    await this.reload();
  }

  async #go(request: BridgeRequest): Promise<PackInfo | null> {
    const stage = request.finish ? 'pack' : 'pairs';
    const learning = this.perform((signal) => {
      this.report({ request, stage, done: 0, total: 0, remainingMs: null });
      const onEvent = (event: BridgeEvent): void => this.#take(event, request);
      return this.#onceFree(() => this.#service.learnBridge(request, { signal, onEvent }), signal);
    });
    const ended = learning.then(() => this.reload()).catch(() => undefined);
    this.#learning = ended.finally(() => (this.#isEnding = false));
    await this.#learning;
    return learning;
  }

  /** Asks again for as long as the engine is at what was paused here. */
  async #onceFree<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (thrown) {
        const isBusy = this.#paused !== null && toStudioError(thrown).code === 'file-busy';
        if (!isBusy || tries === MOST_TRIES) throw thrown;
      }
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
      throwIfCancelled(signal);
    }
  }

  #take(event: BridgeEvent, request: BridgeRequest): void {
    if (event.kind === 'curve') this.#curve = [...this.#curve, ...event.points];
    if (event.kind === 'samples') this.#samples = event.samples;
    if (event.kind === 'started') {
      const { total } = event;
      this.report({ request, stage: this.#stageOf(event.task), done: 0, total, remainingMs: null });
    }
    if (event.kind === 'advanced') {
      this.report({ ...event, request, stage: this.#stageOf(event.task) });
    }
  }

  #isRunning(bridge: Bridge): boolean {
    return this.run !== null && isOf(bridge, this.run.request);
  }

  /** What comes before the pairs gets ready for them; all else that comes beside belongs to the pack. */
  #stageOf(task: Task): BridgeStage {
    const stage = STAGES[task];
    if (stage) this.#paused = null;
    return stage ?? (this.run?.stage === 'pairs' ? 'pairs' : 'pack');
  }
}

const isOf = ({ request }: Bridge, { clip, generator }: BridgeRequest): boolean =>
  request.clip === clip && request.generator === generator;

/** The point where pairs held out were met best; null before the first look at them. */
export function bestOf(curve: readonly CurvePoint[]): (CurvePoint & { heldOut: number }) | null {
  const looks = curve.filter((point) => point.heldOut !== undefined);
  const [first, ...others] = looks as (CurvePoint & { heldOut: number })[];
  if (!first) return null;
  return others.reduce((best, point) => (point.heldOut < best.heldOut ? point : best), first);
}
