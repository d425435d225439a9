/** One model server: whether it answers, what it has been proven to draw, and what it draws. */
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type { DrawnByServer, Exactness, ModelServerStatus } from '../../contract/model-server.ts';
import { feedsOf } from '../inference/feeds.ts';
import type { CallOptions, DrawingRequest } from '../inference/inference.ts';
import { picturesOf } from '../inference/pictures.ts';
import { maxDifference, meanDifference } from '../inference/pixels.ts';
import type { Pictures } from '../inference/protocol.ts';
import { backoffMs } from './backoff.ts';
import type { ServerAddress } from './address.ts';
import type { ServerClient } from './client.ts';

/** How long a server may compute a portrait, its way there and back included. */
const PORTRAIT_MS = 60_000;

/**
 * Largest mean difference of a picture, in steps of 1/255, that rounding makes: float16 stays far below it, and other
 * weights draw something else.
 */
const SAME_PICTURE = 2;

/** A graph goes to a server that is at most so many times as long about a portrait as this machine. */
const WORTH_IT = 1.5;

/** What has been found out about a graph on a server. */
export interface Proof {
  readonly exactness: Exactness;
  /** Whether the server is quick enough to be worth the way. */
  readonly isWorthIt: boolean;
}

/** Draws a portrait on this machine. */
export type DrawHere = (drawing: DrawingRequest, options?: CallOptions) => Promise<Pictures>;

export interface ModelServerOptions {
  readonly drawHere: DrawHere;
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
  readonly #status: ModelServerStatus;
  /** How often in a row it could not be reached, why, and when it is asked again. */
  #lost: { times: number; error: StudioError; until: number } | null = null;
  #refusal: StudioError | null = null;

  constructor(address: ServerAddress, client: ServerClient, options: ModelServerOptions) {
    this.#address = address;
    this.#client = client;
    this.#options = options;
    this.#status = {
      address: address.text,
      state: 'untried',
      reason: 'asked when the first portrait is drawn',
      ...{ software: null, roundTripMs: null, exactness: null, portraitMs: null },
      drawn: 0,
    };
  }

  get status(): ModelServerStatus {
    return { ...this.#status };
  }

  /** What is known of a graph, if it is known now. */
  proven(model: string): Proof | undefined {
    return this.#proven.get(model);
  }

  /**
   * Makes sure once that a server has a graph, and draws with it what this machine draws.
   *
   * @param drawing one portrait
   * @throws StudioError `network-unreachable`, `network-refused`, `server-unsuitable`, `inference-failed`
   */
  prove(model: string, drawing: DrawingRequest): Promise<Proof> {
    const known = this.#proofs.get(model);
    if (known) return known;
    if (this.#refusal) return Promise.reject(this.#refusal);
    if (this.#lost && performance.now() < this.#lost.until) return Promise.reject(this.#lost.error);
    const proof = this.#compare(model, drawing).then(
      (found) => {
        this.#proven.set(model, found);
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

  /** Draws a portrait with a graph that was proven. */
  async draw(
    model: string,
    drawing: DrawingRequest,
    { signal }: CallOptions = {},
  ): Promise<{ pictures: Pictures; by: DrawnByServer }> {
    const exactness = this.#proven.get(model)?.exactness ?? 'other';
    const pictures = await this.#infer(model, drawing, signal);
    this.#status.drawn += 1;
    return { pictures, by: { address: this.#address.text, exactness } };
  }

  /**
   * Puts a server aside that failed: for a while, after which it has to be proven again, for what comes back may be
   * another one; or for good.
   *
   * @returns what it failed with
   */
  lose(thrown: unknown): StudioError {
    const error = toStudioError(thrown);
    this.#proofs.clear();
    this.#proven.clear();
    if (error.code === 'network-refused') this.#refusal = error;
    const times = (this.#lost?.times ?? 0) + 1;
    this.#lost = { times, error, until: performance.now() + backoffMs(times) };
    this.#tell({ state: this.#refusal ? 'refused' : 'unreachable', reason: error.message });
    return error;
  }

  close(): void {
    this.#client.close();
  }

  async #compare(model: string, drawing: DrawingRequest): Promise<Proof> {
    await this.#greet();
    if (!(await this.#client.has(model))) throw this.#lacks(model, drawing.graph);
    const drawHere = () => this.#options.drawHere(drawing, { priority: 'interactive' });
    // On each side the first one may have to load or compile the graph.
    await drawHere();
    const [here, hereMs] = await timed(drawHere);
    const there = await this.#infer(model, drawing);
    const [again, thereMs] = await timed(() => this.#infer(model, drawing));
    const exactness = this.#exactness([there, again], here);
    const times = `${thereMs.toFixed(0)} ms a portrait, this machine ${hereMs.toFixed(0)} ms`;
    this.#tell({
      state: 'ready',
      reason: `${SAYS[exactness]}; ${times}`,
      ...{ exactness, portraitMs: { there: thereMs, here: hereMs } },
    });
    return { exactness, isWorthIt: this.#options.always || thereMs <= WORTH_IT * hereMs };
  }

  /** Asks who it is, and how long a request takes that computes nothing. */
  async #greet(): Promise<void> {
    await this.#client.requireReady();
    const [{ name, version }, roundTripMs] = await timed(() => this.#client.metadata());
    Object.assign(this.#status, { software: `${name} ${version}`.trim(), roundTripMs });
  }

  /** @throws StudioError `server-unsuitable` for another picture */
  #exactness(there: readonly Pictures[], here: Pictures): Exactness {
    const isOther = ({ width, height, pixels }: Pictures) =>
      width !== here.width ||
      height !== here.height ||
      meanDifference(pixels, here.pixels) > SAME_PICTURE;
    if (there.some(isOther)) {
      throw new StudioError(
        'server-unsuitable',
        `The model server ${this.#address.text} draws something else than this machine of the same numbers: its ` +
          'weights are not those of the pack. It draws nothing for you. Write its models anew (clip-flow models ' +
          'serve-repository), or leave it out.',
      );
    }
    const largest = Math.max(...there.map(({ pixels }) => maxDifference(pixels, here.pixels)));
    if (largest === 0) return 'same-bytes';
    return largest === 1 ? 'within-one' : 'other';
  }

  async #infer(model: string, drawing: DrawingRequest, signal?: AbortSignal): Promise<Pictures> {
    const feeds = feedsOf(drawing);
    const { image } = await this.#client.infer(model, feeds, { signal, timeoutMs: PORTRAIT_MS });
    return picturesOf(drawing, image);
  }

  #lacks(model: string, graph: string): StudioError {
    return new StudioError(
      'server-unsuitable',
      `The model server ${this.#address.text} does not have the graph ${graph} as this machine has it (${model}): it ` +
        'serves another pack, or another edition. Write its models anew (clip-flow models serve-repository), or leave it out.',
    );
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

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
}
