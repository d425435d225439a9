import type { Delivery, Destination, Missed } from '../../electron/contract/delivery.ts';
import type { StreamOptions } from '../../electron/contract/method.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { Host } from '../host/host.ts';
import type { Handed } from '../host/parts.ts';
import { LongWork } from './long-work.svelte.ts';

export interface ExportRun {
  /** Writing files, and packing them into an archive where they become one. */
  task: 'export' | 'pack';
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
export class Exports extends LongWork<ExportRun> {
  readonly #host: Host;
  #missed: readonly Missed[] = [];
  #handed: Handed | null = null;
  #enlarged: Delivery['enlarged'];

  constructor(host: Host) {
    super();
    this.#host = host;
  }

  /** The portraits that the last one went without. */
  get missed(): readonly Missed[] {
    return this.#missed;
  }

  /** How the last one enlarged pictures; undefined where it did not. */
  get enlarged(): Delivery['enlarged'] {
    return this.#enlarged;
  }

  /** What the last one became, and how it is reached. */
  get handed(): Handed | null {
    return this.#handed;
  }

  /** Asks where to, exports and hands over. True once it is done; false when cancelled or failed. */
  async start(begin: StartExport): Promise<boolean> {
    const done = await this.perform(async (signal) => {
      const destination = await this.#host.chooseDestination();
      if (!destination) return false;
      this.report({ task: 'export', done: 0, total: 0, remainingMs: null });
      const delivery = await begin(destination, {
        signal,
        onEvent: (event) => {
          if (event.kind !== 'advanced') return;
          const { task } = event;
          if (task === 'export' || task === 'pack') this.report({ ...event, task });
        },
      });
      this.#missed = delivery.missed ?? [];
      this.#enlarged = delivery.enlarged;
      this.#handed = this.#host.deliver(delivery);
      return true;
    });
    return done ?? false;
  }
}
