/** Runs graphs in a process of their own. What the rest of the engine knows of ONNX Runtime is this. */
import type { Device, DeviceReport } from '../../contract/device.ts';
import { type ErrorCode, StudioError, toStudioError } from '../../contract/errors.ts';
import type { DrawnByServer } from '../../contract/model-server.ts';
import { deviceFromEnvironment, Devices } from './devices.ts';
import { portraitsOf } from './batches.ts';
import { forkInference } from './fork.ts';
import type {
  Drawing,
  GraphSignature,
  Pictures,
  Request,
  RequestKind,
  RequestOf,
  Results,
  Tensors,
} from './protocol.ts';
import { type ScheduleOptions, Scheduler } from './scheduler.ts';
import { InferenceWorker, type SpawnInference } from './worker.ts';

/** A GPU that needs longer than this for its first portraits, shaders compiled, is a GPU in name only. */
const TRIAL_LIMIT_MS = 5_000;

/**
 * How long a request may compute, or a portrait of one. A hundred times what the slowest takes on a CPU of two
 * cores: what is not done by then is taken for something that never ends.
 */
const BUDGET_MS = 60_000;

/** How many portraits' time a tile may take that an upscaler enlarges: those networks are larger. */
const PORTRAITS_A_TILE = 10;

/** After which another device is tried. Not a number is what float16 overflows to. */
const DEVICE_FAILURES: ReadonlySet<ErrorCode> = new Set([
  ...(['inference-failed', 'inference-crashed', 'out-of-memory'] as const),
  ...(['pack-over-budget', 'pack-not-finite'] as const),
]);

/**
 * Pictures that are being drawn at once, at the most: the lanes begin with one request when they are done with another,
 * and need not wait until the host has heard of that and sent the next.
 */
const PICTURES_AT_ONCE = 2;

/** Where a request waits. A graph is released when neither line runs one. */
const LINES: Record<RequestKind, 'pictures' | 'vectors'> = {
  ...{ backends: 'vectors', describe: 'vectors', optimise: 'vectors', run: 'vectors' },
  ...{ render: 'pictures', trial: 'pictures', enlarge: 'pictures', release: 'pictures' },
  ...{ 'load-state': 'vectors', 'run-state': 'vectors' },
  ...{ 'save-state': 'vectors', 'drop-state': 'vectors' },
};

export interface CallOptions extends ScheduleOptions {
  /** Pictures are drawn by this machine, whatever servers there are. */
  here?: boolean | undefined;
  /** What a graph is given may leave this machine for a server that runs it. */
  mayLeave?: boolean | undefined;
}

/** How a graph is loaded. */
export interface GraphLoading {
  /** How many threads compute it; by default one on each core. */
  readonly threads?: number | undefined;
  /** File of its optimised form, which is loaded in its place on the CPU. */
  readonly optimised?: string | undefined;
}

export interface DescribeOptions extends CallOptions {
  /** How many threads compute the graph from now on; by default one on each core. */
  threads?: number | undefined;
  /** Until it is released it takes little memory rather than little time: for what is tried and put away again. */
  sparing?: boolean | undefined;
}

/** A synthesis run, on whatever device and threads draw it. */
export type DrawingRequest = Omit<Drawing, 'device' | 'threads'>;

/** Pictures, and of each what drew it where that was a model server. */
export interface DrawnPictures extends Pictures {
  readonly by?: readonly (DrawnByServer | null)[];
}

/** What works in place of this machine. */
export interface Elsewhere {
  /** How many portraits it has at a time. */
  readonly portraitsAtOnce: number;
  /** Null for what this machine is to draw. */
  render(asked: DrawingRequest, options?: CallOptions): Promise<DrawnPictures | null>;
  /** Null for what this machine is to run. */
  run(graph: string, feeds: Tensors, options?: CallOptions): Promise<Tensors | null>;
  close(): void;
}

/** A tile that an upscaler enlarges. */
export type EnlargingRequest = Omit<RequestOf<'enlarge'>, 'kind' | 'threads'>;

/** What is asked of a state that the process holds. */
export type StateRequest<K extends 'load-state' | 'run-state' | 'save-state'> = Omit<
  RequestOf<K>,
  'kind'
>;

export interface InferenceOptions {
  /** Starts the process; Electron brings its own. */
  spawn?: SpawnInference;
  /** Forces a device for drawing; by default what CLIP_FLOW_DEVICE says, else the best that works. */
  device?: Device;
  /** How long a cancelled run may still compute before its process is killed. */
  graceMs?: number;
  /** How long a request may compute, for each portrait that it draws, before its process is killed. */
  budgetMs?: number;
  /** Told when the process had ended by itself and a new one is started in its place. */
  onRestart?: (reason: string) => void;
}

/**
 * One inference process at a time, started with the first request and again after it ended.
 *
 * Requests wait in two lines, interactive ones first: one is of pictures, on whatever device draws them, on a GPU
 * one at a time (two at once crash ONNX Runtime's WebGPU provider); the other is of all else, which is small and runs on
 * the CPU while lanes draw (lanes.ts), and else in turn. Cancelling rejects at once; a run that is then
 * still computing after `graceMs` is ended by killing the process. When the process dies by itself
 * the request in flight is asked once more, for every request is repeatable, and fails with
 * `inference-crashed` the second time; requests behind it are not affected. One that takes too long, or
 * alone too much memory, ends its process too and fails at once with `pack-over-budget`.
 *
 * Pictures are drawn on the chosen device. All other graphs run on the CPU: they are small, and
 * latents and embeddings are then the same numbers whatever GPU is in the machine.
 */
export class Inference {
  readonly #spawn: SpawnInference;
  readonly #forced: Device | undefined;
  readonly #graceMs: number;
  readonly #budgetMs: number;
  readonly #onRestart: ((reason: string) => void) | undefined;
  /** How each graph is loaded, also in a process that is started anew. */
  readonly #loading = new Map<string, GraphLoading>();
  readonly #lines = { pictures: new Scheduler(PICTURES_AT_ONCE), vectors: new Scheduler() };
  #elsewhere: Elsewhere | undefined;
  #worker: InferenceWorker | undefined;
  #devices: Promise<Devices> | undefined;
  #closed = false;

  constructor(options: InferenceOptions = {}) {
    this.#spawn = options.spawn ?? forkInference;
    this.#forced = options.device ?? deviceFromEnvironment();
    this.#graceMs = options.graceMs ?? 2_000;
    this.#budgetMs = options.budgetMs ?? BUDGET_MS;
    this.#onRestart = options.onRestart;
  }

  /** Id of the running process, undefined while there is none. */
  get pid(): number | undefined {
    return this.#worker?.alive ? this.#worker.pid : undefined;
  }

  /** Has pictures drawn elsewhere from now on, as far as they can be; without, here. What others had begun is begun anew. */
  drawElsewhere(elsewhere: Elsewhere | undefined): void {
    const before = this.#elsewhere;
    this.#elsewhere = elsewhere;
    before?.close();
  }

  /** How many portraits are to be asked for at a time beside those that are being drawn here. */
  get portraitsElsewhere(): number {
    return this.#elsewhere?.portraitsAtOnce ?? 0;
  }

  /** How a graph is loaded from now on. */
  assign(graph: string, loading: GraphLoading): void {
    this.#loading.set(graph, { ...this.#loading.get(graph), ...loading });
  }

  /** Names, element types and dimensions of a graph's inputs and outputs. */
  describe(
    graph: string,
    { threads, sparing, ...options }: DescribeOptions = {},
  ): Promise<GraphSignature> {
    this.assign(graph, { threads });
    return this.#ask({ kind: 'describe', graph, ...this.#loading.get(graph), sparing }, options);
  }

  /** Runs a graph on the CPU, or elsewhere where it may leave and that is wished. */
  async run(graph: string, feeds: Tensors, options?: CallOptions): Promise<Tensors> {
    const ran = options?.mayLeave
      ? await this.#askElsewhere((elsewhere) => elsewhere.run(graph, feeds, options), options)
      : null;
    const loading = this.#loading.get(graph);
    return ran ?? this.#ask({ kind: 'run', graph, feeds, ...loading }, options);
  }

  /** Draws portraits, elsewhere where that is wished, else on the best device here. */
  async render(asked: DrawingRequest, options?: CallOptions): Promise<DrawnPictures> {
    const drawn = options?.here
      ? null
      : await this.#askElsewhere((elsewhere) => elsewhere.render(asked, options), options);
    return drawn ?? this.#renderHere(asked, options);
  }

  /** Null for what this machine is to do. What broke off because others are asked from now on is asked of those. */
  async #askElsewhere<T>(
    ask: (elsewhere: Elsewhere) => Promise<T | null>,
    options: CallOptions | undefined,
  ): Promise<T | null> {
    const elsewhere = this.#elsewhere;
    if (!elsewhere) return null;
    try {
      return await ask(elsewhere);
    } catch (thrown) {
      if (this.#elsewhere === elsewhere || options?.signal?.aborted) throw thrown;
      return this.#askElsewhere(ask, options);
    }
  }

  /**
   * Draws portraits on the best device. Should a GPU fail that was chosen by itself, it is put aside
   * and the next device draws.
   */
  async #renderHere(asked: DrawingRequest, options?: CallOptions): Promise<Pictures> {
    const devices = await this.#knownDevices();
    const drawing = { ...asked, ...this.#loading.get(asked.graph) };
    const device = await devices.choose(drawing.graph, (candidate) => {
      const limits = devices.canReplace(candidate) ? [AbortSignal.timeout(TRIAL_LIMIT_MS)] : [];
      const signal = AbortSignal.any([...limits, ...(options?.signal ? [options.signal] : [])]);
      const sample = { ...portraitsOf(drawing, 0, 1), device: candidate };
      return this.#ask({ kind: 'trial', ...sample }, { ...options, signal });
    });
    try {
      return await this.#ask({ kind: 'render', ...drawing, device }, options);
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (!DEVICE_FAILURES.has(error.code) || !devices.canReplace(device)) throw error;
      devices.refuse(device, `it failed while drawing: ${error.message}`);
      return this.#renderHere(asked, options);
    }
  }

  /** Enlarges a tile on the CPU. */
  enlarge(asked: EnlargingRequest, options?: CallOptions): Promise<Pictures> {
    return this.#ask({ kind: 'enlarge', ...asked, ...this.#loading.get(asked.graph) }, options);
  }

  /** Reads a state from a file into the process, in place of one of that name. */
  async loadState(asked: StateRequest<'load-state'>, options?: CallOptions): Promise<void> {
    await this.#ask({ kind: 'load-state', ...asked }, options);
  }

  /**
   * Runs a graph on a state in the process, on the CPU, between other requests. The outputs of names
   * `next.NAME` become the state's and are not given here.
   *
   * @returns null where the process does not hold that version, for it was started anew: the state has to be loaded
   */
  runState(asked: StateRequest<'run-state'>, options?: CallOptions): Promise<Tensors | null> {
    return this.#ask({ kind: 'run-state', ...asked }, options);
  }

  /** Writes tensors of a state to a new file. False where the process does not hold that version. */
  saveState(asked: StateRequest<'save-state'>, options?: CallOptions): Promise<boolean> {
    return this.#ask({ kind: 'save-state', ...asked }, options);
  }

  /** Frees a state that is not needed any more. */
  async dropState(state: string): Promise<void> {
    if (this.pid !== undefined) await this.#ask({ kind: 'drop-state', state });
  }

  /** Frees graphs that are not needed any more. */
  async release(graphs: string[]): Promise<void> {
    // Another may come to stand in the same place.
    for (const graph of graphs) this.assign(graph, { optimised: undefined });
    if (this.pid === undefined) return;
    // In the order in which repeated pictures wait (#repeat), else each would wait for the other.
    const exchange = () => this.#exchange({ kind: 'release', graphs }, undefined);
    await this.#lines.pictures.run(() => this.#lines.vectors.run(exchange), { alone: true });
  }

  async deviceReport(): Promise<DeviceReport> {
    return (await this.#knownDevices()).report();
  }

  /**
   * Draws on a device from the next portrait on; null chooses the best that works.
   *
   * @throws StudioError `invalid-argument` where one is forced
   */
  async preferDevice(device: Device | null): Promise<DeviceReport> {
    const devices = await this.#knownDevices();
    devices.prefer(device);
    return devices.report();
  }

  /** Ends the process at once. Whatever waits or runs is rejected. */
  close(): void {
    this.#closed = true;
    this.#elsewhere?.close();
    for (const line of Object.values(this.#lines)) line.clear();
    this.#worker?.kill();
  }

  #knownDevices(): Promise<Devices> {
    this.#devices ??= this.#ask({ kind: 'backends' }, { priority: 'interactive' }).then(
      (backends) => new Devices(backends, this.#forced),
      (error: unknown) => {
        this.#devices = undefined;
        throw error;
      },
    );
    return this.#devices;
  }

  #ask<K extends RequestKind>(request: RequestOf<K>, options?: CallOptions): Promise<Results[K]> {
    return this.#lines[LINES[request.kind]].run(() => this.#exchange(request, options?.signal), {
      ...options,
      alone: !mayShare(request, options),
    });
  }

  #livingWorker(): InferenceWorker {
    const previous = this.#worker;
    if (previous?.alive) return previous;
    this.#worker = new InferenceWorker(this.#spawn);
    if (previous) this.#onRestart?.(previous.endedBecause ?? '');
    return this.#worker;
  }

  async #exchange<K extends RequestKind>(
    request: RequestOf<K>,
    signal: AbortSignal | undefined,
    isRetry = false,
  ): Promise<Results[K]> {
    if (this.#closed) throw new StudioError('inference-closed', 'The studio is closing.');
    const worker = this.#livingWorker();
    const end = () => {
      worker.kill();
      if (this.#worker === worker) this.#worker = undefined;
    };
    const disarm = onAbort(signal, this.#graceMs, end);
    const budget = timeBudget(this.#budgetMs * portraitsIn(request), end);
    try {
      return await worker.ask(request);
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (budget.isSpent) throw overTime(request, budget.ms);
      if (error.code !== 'inference-crashed' || isRetry || signal?.aborted) throw error;
      return await this.#repeat(request, signal);
    } finally {
      disarm();
      budget.stop();
    }
  }

  /**
   * Each is repeated alone, so that what ends the process again has only itself to blame: pictures wait for
   * the turn of the other line, whose own request is repeated before.
   */
  #repeat<K extends RequestKind>(
    request: RequestOf<K>,
    signal: AbortSignal | undefined,
  ): Promise<Results[K]> {
    const again = () => this.#exchange(request, signal, true);
    if (LINES[request.kind] === 'vectors') return again();
    return this.#lines.vectors.run(again, { signal, priority: 'interactive' });
  }
}

/**
 * Whether other pictures may be drawn meanwhile: what lanes draw, and a preview beside it. One large picture after the
 * other would only wait in the process, where it cannot be called off.
 */
function mayShare(request: Request, options: CallOptions | undefined): boolean {
  if (request.kind !== 'render' || request.device !== 'cpu') return false;
  return request.count > 1 || options?.priority === 'interactive';
}

/**
 * How many portraits a request draws, or takes the time of; 1 for any other. On a GPU each is drawn three times for a
 * trial.
 */
function portraitsIn(request: Request): number {
  if (request.kind === 'render') return request.count;
  if (request.kind === 'enlarge') return PORTRAITS_A_TILE;
  return request.kind === 'trial' ? 3 * request.count : 1;
}

function overTime(request: Request, ms: number): StudioError {
  const what = 'graph' in request ? `The graph ${request.graph}` : 'The inference process';
  return new StudioError(
    'pack-over-budget',
    `${what} was not done after ${Math.round(ms / 1_000)} s and was ended. What was finished before is kept; ` +
      'draw fewer portraits at a time, or use another pack.',
  );
}

interface TimeBudget {
  readonly ms: number;
  /** Whether the time was up. */
  readonly isSpent: boolean;
  stop(): void;
}

/** Calls `action` after `ms`, unless it is stopped before. */
function timeBudget(ms: number, action: () => void): TimeBudget {
  let isSpent = false;
  const timer = setTimeout(() => {
    isSpent = true;
    action();
  }, ms);
  return {
    ms,
    get isSpent() {
      return isSpent;
    },
    stop: () => clearTimeout(timer),
  };
}

/** Calls `action` when `delayMs` have passed since the signal fired. The result calls it off. */
function onAbort(signal: AbortSignal | undefined, delayMs: number, action: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    timer = setTimeout(action, delayMs);
  };
  signal?.addEventListener('abort', arm, { once: true });
  return () => {
    signal?.removeEventListener('abort', arm);
    clearTimeout(timer);
  };
}
