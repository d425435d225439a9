/**
 * Teaches a flow, one step a request, so that drawing goes on between them. The state stays in the inference process
 * (inference/states.ts); what a step does is decided by its number, the seed and the state, so that learning that was
 * broken off anywhere comes to the same bits as if it never had been.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cancelled, StudioError } from '../../contract/errors.ts';
import type { Inference } from '../inference/inference.ts';
import type { Tensors } from '../inference/protocol.ts';
import { float32Tensor } from '../inference/rows.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { dataFile, writeGraph } from '../onnx/write-graph.ts';
import { publish } from '../storage/publish.ts';
import * as checkpoints from './checkpoint.ts';
import type { Checkpoint, CurvePoint } from './checkpoint.ts';
import type { Learnt } from './export-flow.ts';
import { fitFirstLayers } from './first-layers.ts';
import {
  type FlowDefinition,
  type FlowShape,
  type FlowSizes,
  parametersOf,
  sizeOf,
} from './flow-shape.ts';
import { Batches, noiseOf } from './order.ts';
import type { PairSource } from './pair-source.ts';
import { startFlow } from './start-flow.ts';
import { lossGraph, normGraph, stateTensors, stepGraph, stepScalars } from './step-graph.ts';
import { rateAt, type TrainingSettings } from './training-settings.ts';

export interface TrainingOptions {
  readonly inference: Inference;
  readonly pairs: PairSource;
  /** Holds what is learnt; a checkpoint in it is gone on from, with the shape and settings that it was begun with. */
  readonly folder: string;
  readonly shape: FlowSizes;
  readonly settings: TrainingSettings;
  readonly onStep?: ((step: StepReport) => void) | undefined;
  /** Stops after the step that is computed, and keeps a checkpoint of it. */
  readonly signal?: AbortSignal | undefined;
}

export interface StepReport extends CurvePoint {
  /** Most steps there will be. */
  readonly steps: number;
  /** By the pace so far. */
  readonly remainingMs: number;
}

export interface TrainedFlow {
  readonly flow: FlowDefinition;
  /** The parameters of the step that was best on pairs held out. */
  readonly learnt: Learnt;
  readonly step: number;
  /** Its loss on those, in nats for each coupled number of w. */
  readonly heldOut: number;
  /** How many pairs there were, and which of them nothing was learnt from. */
  readonly pairs: number;
  readonly heldOutPairs: readonly number[];
}

/** Rows that ActNorm is set by. */
const FIRST_ROWS = 1_024;
/** Whatever an artist waits for is computed before. */
const UNHURRIED = { priority: 'idle' } as const;
/** How often the process may end at one checkpoint before learning is given up. */
const MOST_RESTARTS = 3;

/**
 * Learns until the last step, or until pairs held out have not been met better for long.
 *
 * @throws StudioError `training-diverged` when a loss is no number, `cancelled`, and what inference and files throw;
 *   the last checkpoint is kept each time
 */
export async function trainFlow(options: TrainingOptions): Promise<TrainedFlow> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const checkpoint = (await checkpoints.readCheckpoint(options.folder)) ?? (await begin(options));
  const flow = await checkpoints.readDefinition(options.folder, checkpoint);
  const training = new Training(options, flow, checkpoint);
  try {
    await training.run();
  } finally {
    await training.close();
  }
  const best = await bestFlow(options.folder);
  if (!best) throw new Error('Nothing was held out.');
  return best;
}

/** The flow of the step that was best so far on pairs held out; null before the first look at those. */
export async function bestFlow(folder: string): Promise<TrainedFlow | null> {
  const checkpoint = await checkpoints.readCheckpoint(folder);
  if (!checkpoint?.best) return null;
  const { best, pairs } = checkpoint;
  const flow = await checkpoints.readDefinition(folder, checkpoint);
  const bytes = Uint8Array.from(await readFile(path.join(folder, best.file)));
  let start = 0;
  const learnt = new Map(
    parametersOf(flow.shape).map((parameter) => {
      const values = new Float32Array(bytes.buffer, 4 * start, sizeOf(parameter));
      start += values.length;
      return [parameter.name, values];
    }),
  );
  const { heldOut: heldOutPairs } = batchesOf(checkpoint);
  return { flow, learnt, step: best.step, heldOut: best.heldOut, pairs, heldOutPairs };
}

class Training {
  readonly #options: TrainingOptions;
  readonly #flow: FlowDefinition;
  readonly #batches: Batches;
  readonly #startedAt = performance.now();
  readonly #startedFrom: number;
  #checkpoint: Checkpoint;
  /** Steps that are done, the points since the last checkpoint, and restarts since then. */
  #step: number;
  #points: CurvePoint[] = [];
  #restarts = 0;

  constructor(options: TrainingOptions, flow: FlowDefinition, checkpoint: Checkpoint) {
    this.#options = options;
    this.#flow = flow;
    this.#checkpoint = checkpoint;
    this.#step = this.#startedFrom = checkpoint.step;
    this.#batches = batchesOf(checkpoint);
  }

  async run(): Promise<void> {
    const { folder, signal } = this.#options;
    const { batch, steps } = this.#checkpoint.settings;
    await checkpoints.rewindCurve(folder, this.#checkpoint);
    await this.#writeGraph(stepGraph(this.#flow, batch));
    await this.#writeGraph(lossGraph(this.#flow, this.#lookSize));
    await this.#load();
    while (this.#step < steps && !this.#isSettled) {
      if (signal?.aborted) {
        await this.#keep();
        throw cancelled(signal.reason);
      }
      await this.#advance();
    }
  }

  async close(): Promise<void> {
    const { inference, folder } = this.#options;
    await inference.dropState(folder).catch(() => undefined);
    await inference
      .release([this.#file('step.onnx'), this.#file('loss.onnx')])
      .catch(() => undefined);
  }

  /** One step, and at some of them a look at the pairs held out and a checkpoint. */
  async #advance(): Promise<void> {
    const { settings } = this.#checkpoint;
    const point = await this.#learn();
    if (!point) return this.#restart();
    const { loss, gradientNorm } = point;
    if (!Number.isFinite(loss + gradientNorm)) throw diverged(point.step, this.#checkpoint.step);
    this.#step = point.step;
    const isLook = this.#step % settings.every === 0 || this.#step === settings.steps;
    const heldOut = isLook ? await this.#look() : undefined;
    if (heldOut === null) return this.#restart();
    const told = heldOut === undefined ? point : { ...point, heldOut };
    this.#points.push(told);
    if (heldOut !== undefined) await this.#keepBest(heldOut);
    const { steps } = settings;
    this.#options.onStep?.({ ...told, steps, remainingMs: this.#remainingMs() });
  }

  async #learn(): Promise<CurvePoint | null> {
    const { settings } = this.#checkpoint;
    const rows = await this.#rows(this.#batches.of(this.#step), this.#step);
    const scalars = Object.entries(stepScalars(rateAt(settings, this.#step), this.#step + 1));
    const feeds = {
      ...rows,
      ...Object.fromEntries(
        scalars.map(([name, value]) => [name, float32Tensor(Float32Array.of(value), [])]),
      ),
    };
    const result = await this.#run('step.onnx', feeds);
    if (!result) return null;
    const step = this.#step + 1;
    return {
      step,
      loss: numberOf(result, 'loss'),
      gradientNorm: numberOf(result, 'gradient_norm'),
    };
  }

  /** The mean loss of pairs held out, without noise on their embeddings. */
  async #look(): Promise<number | null> {
    const { heldOut } = this.#batches;
    const size = this.#lookSize;
    const parts = Math.floor(heldOut.length / size);
    let sum = 0;
    for (let part = 0; part < parts; part++) {
      const rows = await this.#rows(heldOut.slice(part * size, (part + 1) * size));
      const result = await this.#run('loss.onnx', rows);
      if (!result) return null;
      sum += numberOf(result, 'loss');
    }
    return sum / parts;
  }

  async #keepBest(heldOut: number): Promise<void> {
    const { best } = this.#checkpoint;
    if (best && best.heldOut <= heldOut) return this.#keep();
    const file = `best-${this.#step}.f32`;
    const names = parametersOf(this.#flow.shape).map(({ name }) => `p.${name}`);
    if (!(await this.#save(file, names))) return this.#restart();
    await this.#keep({ step: this.#step, heldOut, file });
  }

  async #keep(best = this.#checkpoint.best): Promise<void> {
    const { step } = this.#checkpoint;
    const state = `state-${this.#step}.f32`;
    if (this.#step !== step) {
      const names = stateTensors(parametersOf(this.#flow.shape)).map(({ name }) => name);
      if (!(await this.#save(state, names))) return this.#restart();
    }
    const next = { ...this.#checkpoint, step: this.#step, state, best };
    this.#checkpoint = await checkpoints.keepCheckpoint(this.#options.folder, next, this.#points);
    this.#points = [];
    this.#restarts = 0;
  }

  /** The process that held the state has ended. */
  async #restart(): Promise<void> {
    this.#restarts += 1;
    if (this.#restarts > MOST_RESTARTS) throw givenUp(this.#checkpoint.step);
    this.#step = this.#checkpoint.step;
    this.#points = [];
    await this.#load();
  }

  async #load(): Promise<void> {
    const { inference, folder } = this.#options;
    const tensors = tensorsOf(this.#flow.shape);
    const file = this.#file(this.#checkpoint.state);
    await inference.loadState({ state: folder, version: this.#step, file, tensors }, UNHURRIED);
  }

  #run(graph: string, feeds: Tensors): Promise<Tensors | null> {
    const { inference, folder: state } = this.#options;
    const asked = { state, version: this.#step, graph: this.#file(graph), feeds };
    return inference.runState(asked, UNHURRIED);
  }

  async #save(file: string, names: string[]): Promise<boolean> {
    const { inference, folder: state } = this.#options;
    const version = this.#step;
    let isKept = false;
    try {
      await publish(this.#file(file), 'replace', async (draft) => {
        isKept = await inference.saveState({ state, version, file: draft, names }, UNHURRIED);
        if (!isKept) throw new Error('The state is not kept.');
      });
    } catch (error) {
      if (isKept || error instanceof StudioError) throw error;
    }
    return isKept;
  }

  async #rows(indexes: readonly number[], step?: number): Promise<Tensors> {
    return rowsOf(
      this.#options.pairs,
      this.#flow.shape,
      indexes,
      noiseSeed(this.#checkpoint, step),
    );
  }

  async #writeGraph(graph: GraphBuilder): Promise<void> {
    await writeAnew(graph, this.#file(`${graph.name}.onnx`));
  }

  #file(name: string): string {
    return path.join(this.#options.folder, name);
  }

  #remainingMs(): number {
    const done = this.#step - this.#startedFrom;
    const msPerStep = (performance.now() - this.#startedAt) / Math.max(1, done);
    return msPerStep * (this.#checkpoint.settings.steps - this.#step);
  }

  get #lookSize(): number {
    return Math.min(this.#checkpoint.settings.batch, this.#batches.heldOut.length);
  }

  /** Whether pairs held out were met best long ago. */
  get #isSettled(): boolean {
    const { best, settings } = this.#checkpoint;
    return best !== null && this.#step - best.step >= settings.patience * settings.every;
  }
}

/** Whitens, starts the parameters, sets ActNorm by the first batch, and keeps that as step 0. */
async function begin(options: TrainingOptions) {
  const { inference, pairs, folder, shape: sizes, settings, signal } = options;
  const batches = batchesOf({ settings, pairs: pairs.count });
  const { coupled: above, ...layers } = await fitFirstLayers(pairs, batches.learnt, signal);
  await checkpoints.keepFirstLayers(folder, layers);
  const shape = { ...sizes, coupled: sizes.kind === 'bijective' ? sizes.w : above };
  const { mixing, parameters } = await startFlow(shape, settings.seed);
  const flow = { shape, mixing, ...layers };
  const state = 'state-0.f32';
  const [start, graph] = [path.join(folder, 'start.f32'), path.join(folder, 'norm.onnx')];
  const zeros = parameters.map(({ byteLength }) => new Uint8Array(2 * byteLength));
  await writeFile(start, [...parameters.map(({ buffer }) => new Uint8Array(buffer)), ...zeros]);
  await inference.loadState({ state: folder, version: 0, file: start, tensors: tensorsOf(shape) });
  const first = batches.learnt.slice(0, FIRST_ROWS);
  await writeAnew(normGraph(flow, first.length), graph);
  const feeds = await rowsOf(pairs, shape, first);
  await inference.runState({ state: folder, version: 0, graph, feeds });
  const names = tensorsOf(shape).map(({ name }) => name);
  await publish(path.join(folder, state), 'replace', async (file) => {
    const isSaved = await inference.saveState({ state: folder, version: 1, file, names });
    if (!isSaved) throw givenUp(0);
  });
  await inference.release([graph]);
  for (const file of [start, graph, dataFile(graph)]) await rm(file, { force: true });
  const asked = { shape, settings, pairs: pairs.count, mixing };
  return checkpoints.keepCheckpoint(
    folder,
    { ...asked, step: 0, state, best: null, curveBytes: 0 },
    [],
  );
}

function batchesOf({ settings, pairs }: Pick<Checkpoint, 'settings' | 'pairs'>): Batches {
  return new Batches(pairs, settings.heldOut, settings.batch, settings.seed);
}

function tensorsOf(shape: FlowShape): { name: string; dims: number[] }[] {
  return stateTensors(parametersOf(shape)).map(({ name, dims }) => ({ name, dims: [...dims] }));
}

/** Of a step's noise; undefined for none. */
function noiseSeed({ settings }: Checkpoint, step: number | undefined): number | undefined {
  return step === undefined ? undefined : settings.seed + 2 * step + 1;
}

/** @param seed of noise on the embeddings, for flows that learn with it */
async function rowsOf(
  pairs: PairSource,
  shape: FlowShape,
  indexes: readonly number[],
  seed?: number,
): Promise<Tensors> {
  const count = indexes.length;
  const { w, e } = await pairs.read(indexes);
  const rows = { w: float32Tensor(w, [count, shape.w]), e: float32Tensor(e, [count, shape.clip]) };
  if (!shape.noiseLevels) return rows;
  const { s, noise } =
    seed === undefined
      ? { s: new Float32Array(count), noise: new Float32Array(count * shape.clip) }
      : noiseOf(count, shape.clip, seed);
  return {
    ...rows,
    s: float32Tensor(s, [count, 1]),
    noise: float32Tensor(noise, [count, shape.clip]),
  };
}

/** Graphs follow from the checkpoint: one that is there may be of an earlier edition of the studio. */
async function writeAnew(graph: GraphBuilder, file: string): Promise<void> {
  for (const old of [file, dataFile(file)]) await rm(old, { force: true });
  await writeGraph(graph, file);
}

function numberOf(results: Tensors, name: string): number {
  return Number(results[name]?.data[0]);
}

function diverged(step: number, kept: number): StudioError {
  return new StudioError(
    'training-diverged',
    `Learning went astray at step ${step}: its loss is no number. All up to step ${kept} is kept. ` +
      'Begin anew with a lower learning rate or more pairs, or use the best step so far.',
  );
}

function givenUp(step: number): StudioError {
  return new StudioError(
    'inference-crashed',
    `The process that learns ended again and again after step ${step}. What was learnt up to there is kept; ` +
      'close other programs, and go on.',
  );
}
