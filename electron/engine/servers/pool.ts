/** The model servers that draw for the studio, together. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  cancelled,
  type ErrorCode,
  StudioError,
  throwIfCancelled,
  toStudioError,
} from '../../contract/errors.ts';
import type { ModelServerStatus } from '../../contract/model-server.ts';
import { join, portraitsOf } from '../inference/batches.ts';
import type {
  CallOptions,
  DrawingRequest,
  DrawnPictures,
  Elsewhere,
} from '../inference/inference.ts';
import type { Pictures, Tensors } from '../inference/protocol.ts';
import { Joint, shared } from '../jobs/abort.ts';
import { deferRejection } from '../jobs/pipeline.ts';
import { backoffMs } from './backoff.ts';
import { ModelNames } from './model-name.ts';
import type { Done, ModelServer, Proof } from './model-server.ts';
import { IN_FLIGHT, Turns } from './turns.ts';
import {
  type DrawHere,
  drawingWork,
  encodingWork,
  recipeOf,
  type RunHere,
  type Work,
} from './work.ts';

/** What may go better the next time, for all work is repeatable. */
const REPEATED: ReadonlySet<ErrorCode> = new Set(['network-unreachable', 'inference-failed']);

/** How long servers are waited for that went away: as long as one takes to be started again, or a hand can wait. */
const PATIENCE_MS = { interactive: 5_000, background: 120_000, idle: 120_000 };

/** How often a portrait is asked for that servers answer and fail at. */
const TRIES = 3;

export interface PoolOptions {
  /** Whether this machine draws what no server draws. */
  readonly fallback: boolean;
  readonly drawHere: DrawHere;
  readonly runHere: RunHere;
  /** Told when work begins to wait for servers, and when it no longer does. */
  readonly onChange: () => void;
}

/** Work that is known by its model and its recipe. */
interface Known<Result> extends Work<Result> {
  readonly model: string;
  readonly recipe: string;
}

/** How long work waits for servers at most. */
interface Waiting {
  readonly patienceMs: number;
}

/** How work is done that is asked again. */
interface Repeated {
  readonly options: CallOptions & { readonly signal: AbortSignal };
  /** Whether this machine does what no server does. */
  readonly fallback: boolean;
  readonly waiting: Waiting;
}

/**
 * Draws each portrait on one of several servers: the one that has least to do of those that were proven to draw what
 * this machine draws. A portrait is one request, so that a server can gather those it likes; as many are on their way
 * as each takes at a time, interactive ones first. What a server failed at is asked of another, or of the same one
 * when it is back, and a picture is only taken once. Of the same recipe one is on its way at a time.
 */
export class ServerPool implements Elsewhere {
  readonly #servers: readonly ModelServer[];
  readonly #options: PoolOptions;
  readonly #names = new ModelNames();
  readonly #turns: Turns;
  /** What is on its way, by its recipe. */
  readonly #drawing = new Map<string, Joint<Done<Pictures> | null>>();
  /** Work that waits for servers. */
  readonly #waiting = new Set<Waiting>();
  readonly #closed = new AbortController();
  /** Whether they were waited for in vain: this machine draws without waiting again until one is back. */
  #areGone = false;

  constructor(servers: readonly ModelServer[], options: PoolOptions) {
    this.#servers = servers;
    this.#options = options;
    this.#turns = new Turns(servers);
  }

  get portraitsAtOnce(): number {
    return this.#servers.length * IN_FLIGHT;
  }

  get statuses(): ModelServerStatus[] {
    const longest = Math.max(0, ...[...this.#waiting].map(({ patienceMs }) => patienceMs));
    return this.#servers.map(({ status }) => ({
      ...status,
      waitsMs: status.state === 'unreachable' && longest > 0 ? longest : null,
    }));
  }

  async render(asked: DrawingRequest, options: CallOptions = {}): Promise<DrawnPictures | null> {
    const { drawHere } = this.#options;
    const model = await this.#names.of(asked.graph);
    const over = new AbortController();
    const signal = either(options.signal, over.signal);
    const portraits = Array.from({ length: asked.count }, (_, i) => portraitsOf(asked, i, i + 1));
    const drawing = portraits.map(async (portrait) => {
      try {
        return await this.#draw(known(model, drawingWork(portrait, drawHere)), {
          ...options,
          signal,
        });
      } catch (thrown) {
        over.abort(thrown);
        throw thrown;
      }
    });
    const drawn = await Promise.all(drawing);
    if (drawn.every((one) => one === null)) return null;
    const parts = await Promise.all(
      portraits.map(async (portrait, i) => {
        return drawn[i] ?? { result: await drawHere(portrait, options), by: null };
      }),
    );
    return { ...join(parts.map(({ result }) => result)), by: parts.map(({ by }) => by) };
  }

  async run(graph: string, feeds: Tensors, options: CallOptions = {}): Promise<Tensors | null> {
    const model = await this.#names.of(graph);
    const work = known(model, encodingWork(graph, feeds, this.#options.runHere));
    return (await this.#do(work, options))?.result ?? null;
  }

  /** Waits until no server is being tried. */
  async tried(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.tried()));
  }

  close(): void {
    this.#closed.abort(new StudioError('inference-closed', 'The studio is closing.'));
    for (const server of this.#servers) server.close();
  }

  /** Draws a portrait, together with those who want the same one now. */
  #draw(
    work: Known<Pictures>,
    { signal, ...options }: CallOptions,
  ): Promise<Done<Pictures> | null> {
    const { recipe } = work;
    const others = this.#drawing.get(recipe);
    if (others && !others.isAbandoned) return others.join(signal);
    const joint = new Joint((all) =>
      this.#do(work, { ...options, signal: all }).finally(() => {
        if (this.#drawing.get(recipe) === joint) this.#drawing.delete(recipe);
      }),
    );
    this.#drawing.set(recipe, joint);
    return joint.join(signal);
  }

  /** Null for what this machine is to do. */
  async #do<R>(work: Known<R>, asked: CallOptions): Promise<Done<R> | null> {
    const signal = either(asked.signal, this.#closed.signal);
    const options = { ...asked, signal };
    const fallback = this.#options.fallback || work.kind === 'encoding';
    if (fallback && this.#areGone && !this.#servers.some((one) => one.proven(work.model))) {
      // They are asked meanwhile, and draw again once they answer.
      for (const server of this.#servers) void deferRejection(server.prove(work.model, work));
      return null;
    }
    const patienceMs = PATIENCE_MS[fallback ? 'interactive' : (asked.priority ?? 'background')];
    const waiting = { patienceMs };
    try {
      return await this.#repeat(work, { options, fallback, waiting });
    } finally {
      if (this.#waiting.delete(waiting)) this.#options.onChange();
    }
  }

  /** Does it as often as is worth it. */
  async #repeat<R>(
    work: Known<R>,
    { options, fallback, waiting }: Repeated,
  ): Promise<Done<R> | null> {
    const { signal } = options;
    let giveUpAt: number | undefined;
    for (let times = 1; ; times += 1) {
      throwIfCancelled(signal);
      try {
        const proofs = await shared(this.#proofs(work), signal);
        if (!proofs.some(({ isWorthIt }) => isWorthIt)) return null;
        const done = await this.#turns.take(work, options, (server) =>
          this.#doOn(server, work, options),
        );
        this.#areGone = false;
        return done;
      } catch (thrown) {
        const error = toStudioError(thrown);
        if (signal.aborted) throw cancelled(signal.reason);
        giveUpAt ??= performance.now() + waiting.patienceMs;
        const isOver = performance.now() >= giveUpAt;
        const isHopeless = error.code === 'inference-failed' && times >= TRIES;
        if (!REPEATED.has(error.code) || isOver || isHopeless) {
          if (!fallback || !GIVEN_UP.has(error.code)) throw error;
          this.#areGone = true;
          return null;
        }
      }
      if (!this.#waiting.has(waiting)) {
        this.#waiting.add(waiting);
        this.#options.onChange();
      }
      await wait(backoffMs(times), undefined, { signal }).catch(() => undefined);
    }
  }

  async #doOn<R>(server: ModelServer, work: Known<R>, options: CallOptions): Promise<Done<R>> {
    try {
      return await server.do(work.model, work, options);
    } catch (thrown) {
      const isOwn = options.signal?.aborted || toStudioError(thrown).code === 'cancelled';
      throw isOwn ? thrown : server.lose(thrown);
    }
  }

  /**
   * What is known of a graph, of the servers that have it: at once where one has been proven, and the others join when
   * they have.
   *
   * @throws StudioError what the first of them failed with, where none has it
   */
  async #proofs<R>(work: Known<R>): Promise<Proof[]> {
    const { model } = work;
    const asked = this.#servers.map((server) => deferRejection(server.prove(model, work)));
    const found = this.#servers.flatMap((server) => server.proven(model) ?? []);
    if (found.length > 0) return found;
    try {
      return [await Promise.any(asked)];
    } catch (thrown) {
      // One that can be waited for is waited for.
      const errors = thrown instanceof AggregateError ? thrown.errors.map(toStudioError) : [];
      throw errors.find(({ code }) => REPEATED.has(code)) ?? errors[0] ?? thrown;
    }
  }
}

function known<R>(model: string, work: Work<R>): Known<R> {
  return { ...work, model, recipe: recipeOf(model, work.feeds) };
}

function either(signal: AbortSignal | undefined, own: AbortSignal): AbortSignal {
  return signal ? AbortSignal.any([signal, own]) : own;
}

/** What this machine does where the artist lets it. */
const GIVEN_UP: ReadonlySet<ErrorCode> = new Set([
  ...REPEATED,
  ...(['network-refused', 'server-unsuitable'] as const),
]);
