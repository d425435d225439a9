/** The model servers that draw for the studio, together. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  cancelled,
  type ErrorCode,
  StudioError,
  throwIfCancelled,
  toStudioError,
} from '../../contract/errors.ts';
import type { DrawnByServer, ModelServerStatus } from '../../contract/model-server.ts';
import { join, portraitsOf } from '../inference/batches.ts';
import type {
  CallOptions,
  DrawingRequest,
  DrawnPictures,
  Elsewhere,
} from '../inference/inference.ts';
import type { Pictures } from '../inference/protocol.ts';
import { deferRejection } from '../jobs/pipeline.ts';
import { backoffMs } from './backoff.ts';
import { ModelNames } from './model-name.ts';
import type { DrawHere, ModelServer, Proof } from './model-server.ts';
import { Turns } from './turns.ts';

/** What may go better the next time, for every drawing is repeatable. */
const REPEATED: ReadonlySet<ErrorCode> = new Set(['network-unreachable', 'inference-failed']);

/** How long servers are waited for that went away: as long as one takes to be started again, or a hand can wait. */
const PATIENCE_MS = { interactive: 5_000, background: 120_000, idle: 120_000 };

/** How often a portrait is asked for that servers answer and fail at. */
const TRIES = 3;

export interface PoolOptions {
  /** Whether this machine draws what no server draws. */
  readonly fallback: boolean;
  readonly drawHere: DrawHere;
}

/**
 * Draws each portrait on one of several servers: the one that has least to do of those that were proven to draw what
 * this machine draws. A portrait is one request, so that a server can gather those it likes; as many are on their way
 * as each takes at a time, interactive ones first. What a server failed at is asked of another, or of the same one
 * when it is back, and a picture is only taken once.
 */
export class ServerPool implements Elsewhere {
  readonly #servers: readonly ModelServer[];
  readonly #options: PoolOptions;
  readonly #names = new ModelNames();
  readonly #turns: Turns;
  readonly #closed = new AbortController();

  constructor(servers: readonly ModelServer[], options: PoolOptions) {
    this.#servers = servers;
    this.#options = options;
    this.#turns = new Turns(servers);
  }

  get statuses(): ModelServerStatus[] {
    return this.#servers.map(({ status }) => status);
  }

  async render(asked: DrawingRequest, options: CallOptions = {}): Promise<DrawnPictures | null> {
    const model = await this.#names.of(asked.graph);
    const over = new AbortController();
    const signals = [options.signal, over.signal, this.#closed.signal];
    const signal = AbortSignal.any(signals.filter((one) => one !== undefined));
    const drawing = Array.from({ length: asked.count }, async (_, i) => {
      try {
        return await this.#draw(model, portraitsOf(asked, i, i + 1), { ...options, signal });
      } catch (thrown) {
        over.abort(thrown);
        throw thrown;
      }
    });
    const drawn = await Promise.all(drawing);
    if (drawn.every((one) => one === null)) return null;
    const portraits = drawn.map(
      async (one, i) => one ?? (await this.#here(portraitsOf(asked, i, i + 1), options)),
    );
    const parts = await Promise.all(portraits);
    return { ...join(parts.map(({ pictures }) => pictures)), by: parts.map(({ by }) => by) };
  }

  /** Waits until no server is being tried. */
  async tried(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.tried()));
  }

  close(): void {
    this.#closed.abort(new StudioError('inference-closed', 'The studio is closing.'));
    for (const server of this.#servers) server.close();
  }

  async #here(
    drawing: DrawingRequest,
    options: CallOptions,
  ): Promise<{ pictures: Pictures; by: null }> {
    return { pictures: await this.#options.drawHere(drawing, options), by: null };
  }

  /** Null for a portrait that this machine is to draw. */
  async #draw(
    model: string,
    drawing: DrawingRequest,
    options: CallOptions,
  ): Promise<{ pictures: Pictures; by: DrawnByServer } | null> {
    const { signal, priority = 'background' } = options;
    const { fallback } = this.#options;
    const patience = PATIENCE_MS[fallback ? 'interactive' : priority];
    let giveUpAt: number | undefined;
    for (let times = 1; ; times += 1) {
      throwIfCancelled(signal);
      try {
        const proofs = await this.#proofs(model, drawing);
        if (!proofs.some(({ isWorthIt }) => isWorthIt)) return null;
        return await this.#turns.take(model, options, (server) =>
          this.#drawOn(server, model, drawing, options),
        );
      } catch (thrown) {
        const error = toStudioError(thrown);
        if (signal?.aborted) throw cancelled(signal.reason);
        giveUpAt ??= performance.now() + patience;
        const isOver = performance.now() >= giveUpAt;
        const isHopeless = error.code === 'inference-failed' && times >= TRIES;
        if (!REPEATED.has(error.code) || isOver || isHopeless) {
          if (fallback && GIVEN_UP.has(error.code)) return null;
          throw error;
        }
      }
      await wait(backoffMs(times), undefined, { signal }).catch(() => undefined);
    }
  }

  async #drawOn(
    server: ModelServer,
    model: string,
    drawing: DrawingRequest,
    options: CallOptions,
  ): Promise<{ pictures: Pictures; by: DrawnByServer }> {
    try {
      return await server.draw(model, drawing, options);
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
  async #proofs(model: string, drawing: DrawingRequest): Promise<Proof[]> {
    const asked = this.#servers.map((server) => deferRejection(server.prove(model, drawing)));
    const known = this.#servers.flatMap((server) => server.proven(model) ?? []);
    if (known.length > 0) return known;
    try {
      return [await Promise.any(asked)];
    } catch (thrown) {
      // One that can be waited for is waited for.
      const errors = thrown instanceof AggregateError ? thrown.errors.map(toStudioError) : [];
      throw errors.find(({ code }) => REPEATED.has(code)) ?? errors[0] ?? thrown;
    }
  }
}

/** What this machine draws where the artist lets it. */
const GIVEN_UP: ReadonlySet<ErrorCode> = new Set([
  ...REPEATED,
  ...(['network-refused', 'server-unsuitable'] as const),
]);
