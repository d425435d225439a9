/** One model server: whether it answers, what it has been proven to draw, and what it draws. */
import path from 'node:path';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import {
  type DrawnByServer,
  type Exactness,
  exactnessSchema,
  type GraphOnServer,
  type ModelServerStatus,
} from '../../contract/model-server.ts';
import type { CallOptions } from '../inference/inference.ts';
import { backoffMs } from './backoff.ts';
import type { ServerAddress } from './address.ts';
import type { ServerClient } from './client.ts';
import { untold } from './untold.ts';
import type { Work } from './work.ts';

/** How long a server may compute a portrait, its way there and back included. */
const PORTRAIT_MS = 60_000;

/** A graph goes to a server that is at most so many times as long about a portrait as this machine. */
const WORTH_IT = 1.5;

/** What has been found out about a graph on a server. */
export interface Proof {
  readonly exactness: Exactness;
  /** Whether the server is quick enough to be worth the way. */
  readonly isWorthIt: boolean;
}

/** What a server did, and how exactly it does. */
export interface Done<Result> {
  readonly result: Result;
  readonly by: DrawnByServer;
}

export interface ModelServerOptions {
  /** Whether it draws all that it can, however long it takes about it. */
  readonly always: boolean;
  /** Told when its status is another. */
  readonly onChange: () => void;
}

export class ModelServer {
  readonly #address: ServerAddress;
  readonly #client: ServerClient;
  readonly #options: ModelServerOptions;
  /** By the name of the model; of a graph that is being tried, on its way. */
  readonly #proofs = new Map<string, Promise<Proof>>();
  /** Proofs that are there. */
  readonly #proven = new Map<string, Proof>();
  /** Names of models that it has had since it was named. */
  readonly #had = new Set<string>();
  readonly #status: ModelServerStatus;
  /** How often in a row it could not be reached, why, and when it is asked again. */
  #lost: { times: number; error: StudioError; until: number } | null = null;
  #refusal: StudioError | null = null;
  readonly #closed = new AbortController();

  constructor(address: ServerAddress, client: ServerClient, options: ModelServerOptions) {
    this.#address = address;
    this.#client = client;
    this.#options = options;
    client.onDisconnect(() => this.#forget());
    this.#status = untold(address.text, 'untried', 'asked when the first portrait is drawn');
  }

  get status(): ModelServerStatus {
    return { ...this.#status };
  }

  /** What is known of a graph, if it is known now. */
  proven(model: string): Proof | undefined {
    return this.#proven.get(model);
  }

  /**
   * Makes sure once that a server has a graph, and gives with it what this machine does.
   *
   * @throws StudioError `network-unreachable`, `network-refused`, `server-unsuitable`, `inference-failed`
   */
  prove<R>(model: string, work: Work<R>): Promise<Proof> {
    const known = this.#proofs.get(model);
    if (known) return known;
    if (this.#refusal) return Promise.reject(this.#refusal);
    if (this.#lost && performance.now() < this.#lost.until) return Promise.reject(this.#lost.error);
    const proof = this.#compare(model, work).then(
      (found) => {
        this.#proven.set(model, found);
        this.#had.add(model);
        this.#lost = null;
        return found;
      },
      (thrown: unknown) => {
        const error = toStudioError(thrown);
        if (error.code !== 'server-unsuitable') throw this.lose(error);
        // Of this graph for good; it may have others.
        this.#tell({ state: 'refused', reason: error.message });
        throw error;
      },
    );
    this.#proofs.set(model, proof);
    // Those who wait for it are told.
    proof.catch(() => undefined);
    return proof;
  }

  /** Waits until what is being tried has been. */
  async tried(): Promise<void> {
    await Promise.allSettled(this.#proofs.values());
  }

  /** Runs a graph that was proven. */
  async do<R>(model: string, work: Work<R>, { signal }: CallOptions = {}): Promise<Done<R>> {
    const exactness = this.#proven.get(model)?.exactness ?? 'other';
    const result = await this.#infer(model, work, signal).catch((thrown: unknown) => {
      const isGone = toStudioError(thrown).code === 'server-unsuitable';
      throw isGone ? this.#lacks(model, work.graph) : thrown;
    });
    if (work.kind === 'drawing') this.#status.drawn += 1;
    return { result, by: { address: this.#address.text, exactness } };
  }

  /**
   * Puts a server aside that failed: for a while, after which it has to be proven again, or for good.
   *
   * @returns what it failed with
   */
  lose(thrown: unknown): StudioError {
    const error = toStudioError(thrown);
    this.#forget();
    if (error.code === 'network-refused') this.#refusal = error;
    const times = (this.#lost?.times ?? 0) + 1;
    this.#lost = { times, error, until: performance.now() + backoffMs(times) };
    this.#tell({ state: this.#refusal ? 'refused' : 'unreachable', reason: error.message });
    return error;
  }

  /** What comes back may be another one. */
  #forget(): void {
    this.#proofs.clear();
    this.#proven.clear();
  }

  close(): void {
    this.#closed.abort();
    this.#client.close();
  }

  async #compare<R>(model: string, work: Work<R>): Promise<Proof> {
    await this.#greet();
    if (!(await this.#client.has(model))) {
      if (work.kind === 'encoding') return { exactness: 'other', isWorthIt: false };
      throw this.#lacks(model, work.graph);
    }
    const doHere = () => work.here({ priority: 'interactive' });
    // On each side the first one may have to load or compile the graph.
    await doHere();
    const [here, hereMs] = await timed(doHere);
    const doThere = () => this.#infer(model, work, this.#closed.signal);
    const there = await doThere();
    const [again, thereMs] = await timed(doThere);
    const found = [there, again].map((result) => work.compare(result, here));
    const exactness = worst(found.map((one) => one ?? this.#refuseWeights()));
    const isUsed = this.#options.always || thereMs <= WORTH_IT * hereMs;
    this.#tellProven({ graph: path.basename(work.graph), exactness, thereMs, hereMs, isUsed });
    return { exactness, isWorthIt: isUsed };
  }

  /** Asks who it is, and how long a request takes that computes nothing. */
  async #greet(): Promise<void> {
    await this.#client.requireReady();
    const [{ name, version }, roundTripMs] = await timed(() => this.#client.metadata());
    Object.assign(this.#status, { software: `${name} ${version}`.trim(), roundTripMs });
  }

  #refuseWeights(): never {
    throw new StudioError(
      'server-unsuitable',
      `The model server ${this.#address.text} gives something else than this machine for the same numbers: its ` +
        'weights are not those of the pack. It draws nothing for you. Write its models anew (clip-flow models ' +
        'serve-repository), or leave it out.',
    );
  }

  async #infer<R>(model: string, work: Work<R>, signal?: AbortSignal): Promise<R> {
    const options = { signal, timeoutMs: PORTRAIT_MS };
    return work.read(await this.#client.infer(model, work.feeds, options));
  }

  /** One that had it before is loading it again: of those that are being started, some answer sooner than they can draw. */
  #lacks(model: string, graph: string): StudioError {
    if (this.#had.has(model)) {
      return new StudioError(
        'network-unreachable',
        `The model server ${this.#address.text} was started anew and does not have its models yet. What was drawn before is kept.`,
      );
    }
    return new StudioError(
      'server-unsuitable',
      `The model server ${this.#address.text} does not have the graph ${graph} as this machine has it (${model}): it ` +
        'serves another pack, or another edition. Write its models anew (clip-flow models serve-repository), or leave it out.',
    );
  }

  #tellProven(graph: GraphOnServer): void {
    const others = this.#status.graphs.filter((one) => one.graph !== graph.graph);
    const graphs = [...others, graph];
    const exactness = worst(graphs.map((one) => one.exactness));
    this.#tell({ state: 'ready', reason: SAYS[exactness], exactness, graphs });
  }

  #tell(change: Partial<ModelServerStatus>): void {
    Object.assign(this.#status, change);
    this.#options.onChange();
  }
}

const SAYS: Record<Exactness, string> = {
  'same-bytes': 'the same bytes as this machine',
  'within-one': 'within 1/255 of what this machine draws',
  other: 'nearly what this machine draws',
};

/** The one that is furthest from what this machine draws. */
function worst(all: readonly Exactness[]): Exactness {
  return exactnessSchema.options.findLast((one) => all.includes(one)) ?? 'other';
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
}
