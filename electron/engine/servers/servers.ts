/** The model servers that the artist has named: chosen, exchanged, and how they stand. */
import type { ModelServerStatus } from '../../contract/model-server.ts';
import type { Inference } from '../inference/inference.ts';
import type { DrawHere } from './model-server.ts';
import type { ServerPool } from './pool.ts';
import type { ServerSettings } from './settings.ts';

export class ModelServers {
  readonly #inference: Inference;
  readonly #onChange: () => void;
  #pool: ServerPool | undefined;

  /** @param onChange told when their statuses are others */
  constructor(inference: Inference, onChange: () => void) {
    this.#inference = inference;
    this.#onChange = onChange;
  }

  get statuses(): ModelServerStatus[] {
    return this.#pool?.statuses ?? [];
  }

  /**
   * Has these servers draw from now on. They are asked when there is something to draw.
   *
   * @throws StudioError `invalid-argument`; then all stays as it was
   */
  async use(settings: ServerSettings): Promise<void> {
    this.#pool = settings.addresses.length > 0 ? await this.#open(settings) : undefined;
    this.#inference.drawElsewhere(this.#pool);
    this.#onChange();
  }

  /** Waits until each server has been tried with what was drawn last, which `statuses` then tell of. */
  async tried(): Promise<void> {
    await this.#pool?.tried();
  }

  async #open(settings: ServerSettings): Promise<ServerPool> {
    const { fallback = false, always = false } = settings;
    const drawHere: DrawHere = (drawing, options) =>
      this.#inference.render(drawing, { ...options, here: true });
    const [{ connect }, { ServerPool }] = await Promise.all([
      import('./connect.ts'),
      import('./pool.ts'),
    ]);
    const servers = await connect(settings, { drawHere, always, onChange: this.#onChange });
    return new ServerPool(servers, { fallback, drawHere });
  }
}
