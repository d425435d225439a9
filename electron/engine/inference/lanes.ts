import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { join, portraitsOf } from './batches.ts';
import { feedsOf } from './feeds.ts';
import type { Drawing, Pictures, Tensors } from './protocol.ts';
import { InferenceWorker, type SpawnInference } from './worker.ts';

const LANES = 2;
/** Each lane loads the graph anew, which pays from so many portraits on. */
const WORTH_IT = 8;

/** Threads that a lane computes with. */
export const LANE_THREADS = Math.max(1, Math.floor(availableParallelism() / LANES));

/** The process's own way to draw, one portrait after the other with all cores. */
export interface DrawHere {
  render(drawing: Drawing): Promise<Pictures>;
  /** The numbers that a graph gives, before they become pixels. */
  run(drawing: Drawing): Promise<Tensors>;
}

/**
 * Draws portraits side by side on the CPU. The threads of one run wait for one another in every layer, so
 * that two portraits at a time, with half of the cores each, are sooner done than one after the other with
 * all. In most graphs numbers do not depend on how many threads computed them; one in which they do, as a first
 * portrait tells, is not drawn in lanes, for the same code must always draw the same picture.
 *
 * A lane is a thread that serves requests as the inference process does (lane.ts).
 */
export class Lanes {
  readonly #start: SpawnInference;
  readonly #cores: number;
  /** Whether lanes draw what this process draws, by graph. */
  readonly #drawsAlike = new Map<string, Promise<boolean>>();
  #lanes: InferenceWorker[] = [];
  #asked = 0;

  constructor(start: SpawnInference = startThread, cores = availableParallelism()) {
    this.#start = start;
    this.#cores = cores;
  }

  /** Undefined where lanes are no better: on a GPU, for one portrait, and for the first few. */
  draw(drawing: Drawing, here: DrawHere): Promise<Pictures> | undefined {
    const { device, count } = drawing;
    if (device !== 'cpu' || count === 1 || this.#cores < LANES) return undefined;
    this.#asked += count;
    return this.#asked < WORTH_IT ? undefined : this.#drawIfAlike(drawing, here);
  }

  async release(graphs: string[]): Promise<void> {
    for (const graph of graphs) this.#drawsAlike.delete(graph);
    const living = this.#lanes.filter(({ alive }) => alive);
    await Promise.all(living.map((lane) => lane.ask({ kind: 'release', graphs })));
  }

  async #drawIfAlike(drawing: Drawing, here: DrawHere): Promise<Pictures> {
    const { graph } = drawing;
    const alike = this.#drawsAlike.get(graph) ?? this.#compare(portraitsOf(drawing, 0, 1), here);
    this.#drawsAlike.set(graph, alike);
    alike.catch(() => this.#drawsAlike.delete(graph));
    return (await alike) ? this.#drawApart(drawing) : here.render(drawing);
  }

  /** Numbers that differ in their last bit are a step of 255 apart in one pixel of thousands. */
  async #compare(portrait: Drawing, here: DrawHere): Promise<boolean> {
    const { graph, threads } = portrait;
    const [lane] = this.#living();
    const feeds = feedsOf(portrait);
    const [own, theirs] = await Promise.all([
      here.run(portrait),
      lane?.ask({ kind: 'run', graph, feeds, threads }),
    ]);
    const [a, b] = [own, theirs].map((outputs) => outputs?.['image']?.data);
    return a !== undefined && a.length === b?.length && a.every((value, i) => value === b[i]);
  }

  async #drawApart(drawing: Drawing): Promise<Pictures> {
    const lanes = this.#living();
    const share = Math.ceil(drawing.count / lanes.length);
    const parts = lanes.map((lane, i) =>
      lane.ask({ kind: 'render', ...portraitsOf(drawing, i * share, (i + 1) * share) }),
    );
    return join(await Promise.all(parts));
  }

  #living(): readonly InferenceWorker[] {
    this.#lanes = Array.from({ length: LANES }, (_, i) => {
      const lane = this.#lanes[i];
      return lane?.alive ? lane : new InferenceWorker(this.#start);
    });
    return this.#lanes;
  }
}

const startThread: SpawnInference = () => {
  const thread = new Worker(new URL('lane.ts', import.meta.url));
  return {
    pid: process.pid,
    post: (message) => thread.postMessage(message),
    onMessage: (listener) => thread.on('message', listener),
    onExit: (listener) => {
      thread.once('error', (error) => listener(String(error)));
      thread.once('exit', (code) => listener(`exit code ${code}`));
    },
    kill: () => void thread.terminate(),
  };
};
