import { type StudioError, toStudioError } from '../../electron/contract/errors.ts';
import type {
  ModelServerChange,
  ModelServerSettings,
  ModelServerStatus,
} from '../../electron/contract/model-server.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioStatus } from './status.svelte.ts';

/** The model servers that the artist has draw: chosen, allowed, tried. How they stand comes with the status. */
export class ModelServers {
  #isTrying = $state(false);
  #error = $state.raw<StudioError | null>(null);
  #trustError = $state.raw<StudioError | null>(null);
  readonly #service: StudioService;
  readonly #status: Pick<StudioStatus, 'now'>;

  constructor(service: StudioService, status: Pick<StudioStatus, 'now'>) {
    this.#service = service;
    this.#status = status;
  }

  /** Null until the studio has said so. */
  get settings(): ModelServerSettings | null {
    return this.#status.now?.serverSettings ?? null;
  }

  get all(): readonly ModelServerStatus[] {
    return this.#status.now?.servers ?? [];
  }

  /** Whether something is drawn on them to see how they stand. */
  get isTrying(): boolean {
    return this.#isTrying;
  }

  /** Why the last change was refused, until the next one. */
  get error(): StudioError | null {
    return this.#error;
  }

  /** Why certificates or token were refused, until the next change. */
  get trustError(): StudioError | null {
    return this.#trustError;
  }

  clearError(): void {
    this.#error = null;
    this.#trustError = null;
  }

  /** Names a server, which is sent nothing yet. Whether its address is one. */
  add(address: string): Promise<boolean> {
    const others = this.#named.filter((one) => one.address !== address);
    return this.change({ servers: [...others, { address, isAllowed: false }] });
  }

  /** Lets a server be sent what it needs, and tries it. */
  async allow(address: string): Promise<void> {
    const servers = this.#named.map((one) =>
      one.address === address ? { address, isAllowed: true } : one,
    );
    if (await this.change({ servers })) await this.try();
  }

  async remove(address: string): Promise<void> {
    await this.change({ servers: this.#named.filter((one) => one.address !== address) });
  }

  /** Whether it was done; why not stands in `error`. */
  async change(change: ModelServerChange): Promise<boolean> {
    return this.#attempt(() => this.#service.changeModelServers(change));
  }

  /** As `change`, for certificates and token; why not stands in `trustError`. */
  async changeTrust(
    change: Pick<ModelServerChange, 'authority' | 'certificate' | 'key' | 'token'>,
  ): Promise<boolean> {
    const isDone = await this.change(change);
    [this.#error, this.#trustError] = [null, this.#error];
    return isDone;
  }

  /** Has something drawn on all that are allowed, and here. */
  async try(): Promise<void> {
    if (this.#isTrying) return;
    this.#isTrying = true;
    await this.#attempt(() => this.#service.tryModelServers({}));
    this.#isTrying = false;
  }

  get #named(): ModelServerSettings['servers'] {
    return this.settings?.servers ?? [];
  }

  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    this.clearError();
    try {
      await work();
      return true;
    } catch (thrown) {
      this.#error = toStudioError(thrown);
      return false;
    }
  }
}
