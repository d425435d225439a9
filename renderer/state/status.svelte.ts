import type { DeviceStatus } from '../../electron/contract/device.ts';
import { type StudioError, toStudioError } from '../../electron/contract/errors.ts';
import type { Job } from '../../electron/contract/job.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo, Status, StudioEvent } from '../../electron/contract/status.ts';

const RETRY_MS = 1_000;

/** How the studio stands, kept up to date by its own news. */
export class StudioStatus {
  #status = $state.raw<Status | null>(null);
  #jobs = $state.raw<readonly Job[]>([]);
  #connected = $state(false);
  #connections = $state(0);
  #trouble = $state.raw<StudioError | null>(null);
  readonly #service: StudioService;
  #listeners: readonly ((event: StudioEvent) => void)[] = [];

  constructor(service: StudioService) {
    this.#service = service;
  }

  /** Null until the first news. */
  get now(): Status | null {
    return this.#status;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** How often the connection has come to stand: what broke off with one is to be asked for again with the next. */
  get connections(): number {
    return this.#connections;
  }

  /** Why the studio could not be opened; null while it answers, or where it never said. */
  get trouble(): StudioError | null {
    return this.#trouble;
  }

  get jobs(): readonly Job[] {
    return this.#jobs;
  }

  get pack(): PackInfo | null {
    const pack = this.#status?.pack;
    return pack?.state === 'ready' ? pack.pack : null;
  }

  /** What draws now: the pack and the device. */
  get drawer(): string {
    const { id, version } = this.pack ?? { id: '', version: '' };
    return `${id} ${version} ${this.#status?.device.used}`;
  }

  /** A better device that had to be put aside for the one in use, or null. */
  get fallback(): DeviceStatus | null {
    const device = this.#status?.device;
    if (!device?.used) return null;
    const better = device.devices.slice(
      0,
      device.devices.findIndex((entry) => entry.device === device.used),
    );
    return better.find(({ status }) => status === 'unavailable') ?? null;
  }

  onEvent(listener: (event: StudioEvent) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Follows the studio's news until the signal fires, and again after every loss of connection. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#service.watch({}, { signal, onEvent: (event) => this.#take(event) });
      } catch (error) {
        const failure = toStudioError(error);
        if (failure.code === 'cancelled') return;
        // It ends after it has said why; the next one will say it again, or stand.
        if (failure.code !== 'disconnected') this.#trouble = failure;
      }
      this.#connected = false;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  #take(event: StudioEvent): void {
    if (!this.#connected) this.#connections += 1;
    this.#connected = true;
    this.#trouble = null;
    if (event.kind === 'status') this.#status = event.status;
    if (event.kind === 'job') this.#takeJob(event.job);
    for (const listener of this.#listeners) listener(event);
  }

  #takeJob(job: Job): void {
    const others = this.#jobs.filter(({ id }) => id !== job.id);
    const active = job.status.state === 'queued' || job.status.state === 'running';
    this.#jobs = active ? [...others, job] : others;
  }
}
