/** What a live preview is asked for: a value, and whether the hand has come to rest on it. */
interface Request<T> {
  value: T;
  settled: boolean;
}

export interface LatestLoopOptions<T, R> {
  /** `settled` asks for full size; the signal fires when a newer value makes that pointless. */
  render(value: T, settled: boolean, signal: AbortSignal): Promise<R>;
  deliver(result: R, value: T, settled: boolean): void;
  fail(error: unknown, value: T, settled: boolean): void;
}

/**
 * Keeps a picture under a moving thumb: at most one frame is in flight, and when it is done the
 * newest value is next; those in between are never asked for. Small frames always finish, or a fast
 * hand would never see one; a full-size frame gives way to the next movement.
 */
export class LatestLoop<T, R> {
  readonly #options: LatestLoopOptions<T, R>;
  #waiting: Request<T> | null = null;
  #running: { request: Request<T>; abort: AbortController } | null = null;

  constructor(options: LatestLoopOptions<T, R>) {
    this.#options = options;
  }

  request(value: T, settled: boolean): void {
    this.#waiting = { value, settled };
    if (this.#running?.request.settled) this.#running.abort.abort();
    if (!this.#running) void this.#run();
  }

  /** Forgets what waits and what is in flight; nothing more is delivered. */
  stop(): void {
    this.#waiting = null;
    this.#running?.abort.abort();
  }

  async #run(): Promise<void> {
    while (this.#waiting) {
      const request = this.#waiting;
      const abort = new AbortController();
      this.#waiting = null;
      this.#running = { request, abort };
      try {
        const result = await this.#options.render(request.value, request.settled, abort.signal);
        if (!abort.signal.aborted) this.#options.deliver(result, request.value, request.settled);
      } catch (error) {
        if (!abort.signal.aborted) this.#options.fail(error, request.value, request.settled);
      }
      this.#running = null;
    }
  }
}
