/** ONNX Runtime, and the only file that knows it. Runs inside the inference process. */
import { rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { type Device, deviceSchema } from '../../contract/device.ts';
import { StudioError } from '../../contract/errors.ts';
import * as ort from './onnx-runtime.ts';
import type { GraphSignature, Port, Tensor, Tensors } from './protocol.ts';

const ERRORS_ONLY = 3;

/** Names of the execution providers this build of ONNX Runtime was compiled with. */
export function listBackends(): string[] {
  return ort.listSupportedBackends().map(({ name }) => name);
}

/** How long a thread that waits for others keeps its core, in microseconds, as ONNX Runtime writes it. */
const SPIN_US = '50';

export interface LoadSettings {
  /** How many a run on the CPU computes with; by default one on each core. */
  readonly threads?: number | undefined;
  /** Takes little memory rather than little time. */
  readonly sparing?: boolean | undefined;
  /** Where the files lie that numbers of a graph are in which is itself no file. */
  readonly folder?: string | undefined;
}

/** With which a session is loaded. */
interface SessionSettings extends LoadSettings {
  /** File of the graph's optimised form, which is loaded in its place on the CPU. */
  readonly optimised?: string | undefined;
}

/**
 * No weights in another order beside those in the file, which the system maps into memory and can let go of, and none
 * kept for the next run.
 */
const SPARING: ort.InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'extended',
  enableCpuMemArena: false,
};

/** The settings that graphs are loaded with for a device. */
export function sessionOptions(
  device: Device,
  { threads = availableParallelism(), sparing = false, folder }: LoadSettings = {},
): ort.InferenceSession.SessionOptions {
  return {
    ...(sparing && SPARING),
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    // Left alone, ONNX Runtime counts physical cores, which virtual machines report wrongly.
    intraOpNumThreads: threads,
    logSeverityLevel: ERRORS_ONLY,
    extra: { session: sessionConfiguration(threads, folder) },
    // One block for all that a run needs, planned from the run before, is no faster on a CPU and a third larger. DirectML
    // demands both of these (ONNX Runtime's documentation of that provider).
    ...((device === 'cpu' || device === 'dml') && { enableMemPattern: false }),
    ...(device === 'dml' && { executionMode: 'sequential' }),
  };
}

function sessionConfiguration(threads = availableParallelism(), folder?: string) {
  return {
    // Threads that wait for one another sleep, but not at once: to be woken takes longer than most layers
    // make them wait. Spinning on, they would take the cores from the graph that runs next, from the
    // studio's own process and from the window.
    intra_op: { allow_spinning: '1', spin_duration_us: SPIN_US },
    ...pinned(threads),
    // Weights stored as int8 are computed with as float32: the fused integer kernels round by how
    // wide the processor's units are, and are no faster for a prompt's few tokens.
    disable_quant_qdq: '1',
    ...(folder !== undefined && { model_external_initializers_file_folder_path: folder }),
  };
}

/** More cores than this are left to the system: there is room for all, and it knows what else runs on them. */
const FEW_CORES = 4;

/**
 * A core for each thread that helps the one that runs a graph, as ONNX Runtime writes it. Linux otherwise wakes
 * a helper on the core of the thread that called it, and for seconds at a time two threads share one core beside
 * an idle one. Undefined where that is left to the system: it has other ways, many cores, or not all of them for
 * this process.
 *
 * @param threads of a run, the calling one included
 */
export function affinities(
  threads: number,
  { platform, cores, usable }: { platform: string; cores: number; usable: number },
): string | undefined {
  const isWhole = threads > 1 && threads === cores && cores === usable && cores <= FEW_CORES;
  if (platform !== 'linux' || !isWhole) return undefined;
  // Counted from 1; the first core is left to the calling thread.
  return Array.from({ length: threads - 1 }, (_, i) => i + 2).join(';');
}

function pinned(threads: number): { intra_op_thread_affinities?: string } {
  const machine = {
    platform: process.platform,
    cores: cpus().length,
    usable: availableParallelism(),
  };
  const cores = affinities(threads, machine);
  return cores === undefined ? {} : { intra_op_thread_affinities: cores };
}

/**
 * Writes the optimised form of a graph for this machine's CPU, with its numbers in a file beside it, which the system
 * maps into memory. Loading that takes half the time or less, and gives the same numbers.
 *
 * @param into path of a new file
 */
export async function optimise(graph: string, into: string): Promise<null> {
  const options = sessionOptions('cpu');
  const beside = { optimized_model_external_initializers_file_name: `${path.basename(into)}.data` };
  try {
    const session = await ort.InferenceSession.create(graph, {
      ...options,
      optimizedModelFilePath: into,
      extra: { session: { ...sessionConfiguration(), ...beside } },
    });
    await session.release();
  } catch (error) {
    throw runtimeError(error, `The graph ${graph} could not be optimised`);
  }
  return null;
}

async function loadOptimised(
  file: string,
  settings: LoadSettings,
): Promise<ort.InferenceSession | null> {
  const options = sessionOptions('cpu', settings);
  try {
    return await ort.InferenceSession.create(file, {
      ...options,
      graphOptimizationLevel: 'disabled',
    });
  } catch {
    // Damaged. Without it, it is made again.
    await rm(file, { force: true });
    return null;
  }
}

/** Loaded graphs by file and device. A load that fails is forgotten, so that it can be tried again. */
export class Sessions {
  readonly #sessions = new Map<string, Promise<ort.InferenceSession>>();
  readonly #drawn = new Map<string, { dims: string; outputs: ort.InferenceSession.ReturnType }>();
  readonly #threads: number | undefined;

  /** @param threads how many a run on the CPU computes with; by default one on each core */
  constructor(threads?: number) {
    this.#threads = threads;
  }

  async describe(graph: string, settings?: SessionSettings): Promise<GraphSignature> {
    const session = await this.#load(graph, 'cpu', settings);
    return {
      inputs: session.inputMetadata.map(toPort),
      outputs: session.outputMetadata.map(toPort),
    };
  }

  async run(
    graph: string,
    device: Device,
    feeds: Tensors,
    settings?: SessionSettings,
  ): Promise<Tensors> {
    const session = await this.#load(graph, device, settings);
    return this.#compute(graph, device, () => session.run(toOrtTensors(feeds)));
  }

  /**
   * Like `run`, but over what the last run of this graph gave where that has the same size: pictures are
   * large, and collecting one after the other takes time and memory. Good until the next run.
   */
  async runOver(
    graph: string,
    device: Device,
    feeds: Tensors,
    settings?: SessionSettings,
  ): Promise<Tensors> {
    const session = await this.#load(graph, device, settings);
    const key = keyOf(graph, device);
    const dims = JSON.stringify(Object.values(feeds).map((tensor) => tensor.dims));
    const last = this.#drawn.get(key);
    return this.#compute(graph, device, async () => {
      const inputs = toOrtTensors(feeds);
      const outputs = await (last?.dims === dims
        ? session.run(inputs, last.outputs)
        : session.run(inputs));
      this.#drawn.set(key, { dims, outputs });
      return outputs;
    });
  }

  /** Like `run`, with some of the outputs written into memory that is there already. */
  async runInto(
    graph: string,
    feeds: Tensors,
    into: (outputs: readonly string[]) => Tensors,
    threads?: number,
  ): Promise<Tensors> {
    const session = await this.#load(graph, 'cpu', { threads });
    const places = toOrtTensors(into(session.outputNames));
    const fetches = Object.fromEntries(
      session.outputNames.map((name) => [name, places[name] ?? null]),
    );
    return this.#compute(graph, 'cpu', () => session.run(toOrtTensors(feeds), fetches));
  }

  /** Loads a graph that is no file, on the CPU, under a name by which it is run from then on. */
  async loadModel(
    name: string,
    model: Uint8Array,
    { threads = this.#threads, folder }: LoadSettings,
  ): Promise<void> {
    const options = sessionOptions('cpu', { threads, folder });
    await this.#keep(name, 'cpu', () => ort.InferenceSession.create(model, options));
  }

  /** Forgets a graph on every device and frees its memory. */
  async release(graph: string): Promise<void> {
    for (const device of deviceSchema.options) {
      const key = keyOf(graph, device);
      const session = this.#sessions.get(key);
      this.#sessions.delete(key);
      this.#drawn.delete(key);
      await (await session)?.release();
    }
  }

  async #compute(
    graph: string,
    device: Device,
    run: () => Promise<ort.InferenceSession.ReturnType>,
  ): Promise<Tensors> {
    try {
      return Object.fromEntries(
        Object.entries(await run()).map(([name, tensor]) => [name, fromOrtTensor(name, tensor)]),
      );
    } catch (error) {
      throw runtimeError(error, `The graph ${graph} failed on ${device}`);
    }
  }

  /** @param settings those of the first load; a graph that is loaded stays as it is */
  #load(
    graph: string,
    device: Device,
    { threads = this.#threads, sparing, optimised }: SessionSettings = {},
  ): Promise<ort.InferenceSession> {
    const known = this.#sessions.get(keyOf(graph, device));
    if (known) return known;
    const settings = { threads, sparing };
    const create = () => ort.InferenceSession.create(graph, sessionOptions(device, settings));
    const isOptimised = optimised !== undefined && device === 'cpu' && !sparing;
    return this.#keep(graph, device, async () => {
      const session = isOptimised ? await loadOptimised(optimised, settings) : null;
      return session ?? create();
    });
  }

  #keep(
    graph: string,
    device: Device,
    load: () => Promise<ort.InferenceSession>,
  ): Promise<ort.InferenceSession> {
    const key = keyOf(graph, device);
    const loading = load().catch((error: unknown) => {
      this.#sessions.delete(key);
      throw runtimeError(error, `The graph ${graph} could not be loaded on ${device}`);
    });
    this.#sessions.set(key, loading);
    return loading;
  }
}

function keyOf(graph: string, device: Device): string {
  return `${device}:${graph}`;
}

function toPort(metadata: ort.InferenceSession.ValueMetadata): Port {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, dims: [...metadata.shape] }
    : { name: metadata.name, type: 'not a tensor', dims: [] };
}

function toOrtTensors(feeds: Tensors): Record<string, ort.Tensor> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, toOrtTensor(tensor)]),
  );
}

function toOrtTensor(tensor: Tensor): ort.Tensor {
  return tensor.type === 'float32'
    ? new ort.Tensor('float32', tensor.data, tensor.dims)
    : new ort.Tensor('int64', tensor.data, tensor.dims);
}

function fromOrtTensor(name: string, { data, dims, type }: ort.Tensor): Tensor {
  if (data instanceof Float32Array) return { type: 'float32', dims: [...dims], data };
  if (data instanceof BigInt64Array) return { type: 'int64', dims: [...dims], data };
  throw new StudioError('pack-wrong-shape', `The output "${name}" holds ${type}, not float32.`);
}

function runtimeError(error: unknown, what: string): StudioError {
  const reason = error instanceof Error ? error.message.trim() : String(error);
  if (/bad_alloc|failed to allocate|out of memory/i.test(reason)) {
    return new StudioError(
      'out-of-memory',
      `${what}: not enough memory. Close other programs or draw fewer portraits at a time.`,
      { cause: error },
    );
  }
  return new StudioError('inference-failed', `${what}: ${reason}`, { cause: error });
}
