import type { Delivery, Destination } from '../../electron/contract/delivery.ts';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import type { StreamOptions } from '../../electron/contract/method.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { Host } from '../host/host.ts';

export interface ExportRun {
  done: number;
  total: number;
  remainingMs: number | null;
}

/** One export of the service, waiting only for where it should go. */
export type StartExport = (
  destination: Destination,
  options: StreamOptions<ProgressEvent>,
) => Promise<Delivery>;

/** The export under way, at most one in a window. */
export class Exports {
  #run = $state.raw<ExportRun | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #abort: AbortController | null = null;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get run(): ExportRun | null {
    return this.#run;
  }

  /** Why the last export failed, until the next one. */
  get error(): StudioError | null {
    return this.#error;
  }

  /** Asks where to, exports and hands over. True once it is done; false when cancelled or failed. */
  async start(begin: StartExport): Promise<boolean> {
    this.#error = null;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const destination = await this.#host.chooseDestination();
      if (!destination) return false;
      this.#run = { done: 0, total: 0, remainingMs: null };
      const delivery = await begin(destination, {
        signal,
        onEvent: (event) => {
          if (event.kind === 'advanced') this.#run = event;
        },
      });
      await this.#host.deliver(delivery);
      return true;
    } catch (error) {
      const failure = toStudioError(error);
      if (failure.code !== 'cancelled') this.#error = failure;
      return false;
    } finally {
      this.#run = null;
      this.#abort = null;
    }
  }

  /** Stops the export; a half-written target does not stay behind. */
  cancel(): void {
    this.#abort?.abort();
  }

  clearError(): void {
    this.#error = null;
  }
}
