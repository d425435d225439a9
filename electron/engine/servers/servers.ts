/** The model servers that the artist has named: chosen, exchanged, and how they stand. */
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type {
  ModelServerChange,
  ModelServerSettings,
  ModelServerStatus,
} from '../../contract/model-server.ts';
import type { Elsewhere, Inference } from '../inference/inference.ts';
import { ServerChoice } from './choice.ts';
import type { ServerPool } from './pool.ts';
import type { ServerSettings } from './settings.ts';
import { untold } from './untold.ts';
import type { DrawHere, RunHere } from './work.ts';

export class ModelServers {
  readonly #inference: Inference;
  readonly #listeners = new Set<() => void>();
  #choice = new ServerChoice();
  #pool: ServerPool | undefined;
  /** Those that were chosen earlier and cannot be used. */
  #refused: readonly ModelServerStatus[] = [];

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Has a listener told when their statuses are others. */
  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }

  get statuses(): ModelServerStatus[] {
    const unasked = this.#choice.unasked.map((address) => untold(address, 'unasked', UNASKED));
    return [...(this.#pool?.statuses ?? this.#refused), ...unasked];
  }

  get settings(): ModelServerSettings {
    return this.#choice.shown;
  }

  /**
   * Has the chosen servers draw. Where those of an earlier time cannot be used, the studio opens all the same, and
   * says so when something is to be drawn.
   *
   * @throws StudioError `invalid-argument` for servers that were named where the studio was started
   */
  async begin(choice: ServerChoice): Promise<void> {
    this.#choice = choice;
    try {
      await this.use(choice.inUse);
    } catch (thrown) {
      if (choice.isFixed) throw thrown;
      this.#refuse(choice.inUse, toStudioError(thrown));
    }
  }

  /**
   * Has the servers of another choice draw from now on, and remembers it.
   *
   * @throws StudioError `invalid-argument`, `disk-full`, `access-denied`; then all stays as it was
   */
  async change(change: ModelServerChange): Promise<void> {
    if (this.#choice.isFixed) throw isFixed();
    const before = this.#choice;
    const choice = before.with(change);
    await this.use(choice.inUse);
    this.#choice = choice;
    try {
      await choice.keep();
    } catch (thrown) {
      await this.begin(before);
      throw thrown;
    }
  }

  /** Begins anew with the same servers, those that were refused among them. */
  async again(): Promise<void> {
    await this.begin(this.#choice);
  }

  /**
   * Has these servers draw from now on. They are asked when there is something to draw.
   *
   * @throws StudioError `invalid-argument`; then all stays as it was
   */
  async use(settings: ServerSettings): Promise<void> {
    this.#pool = settings.addresses.length > 0 ? await this.#open(settings) : undefined;
    this.#refused = [];
    this.#inference.drawElsewhere(this.#pool);
    this.#changed();
  }

  /** Waits until each server has been tried with what was drawn last, which `statuses` then tell of. */
  async tried(): Promise<void> {
    await this.#pool?.tried();
  }

  async #open(settings: ServerSettings): Promise<ServerPool> {
    const { fallback = false, always = false } = settings;
    const drawHere: DrawHere = (drawing, options) =>
      this.#inference.render(drawing, { ...options, here: true });
    const runHere: RunHere = (graph, feeds, options) =>
      this.#inference.run(graph, feeds, { ...options, mayLeave: false });
    const [{ connect }, { ServerPool }] = await Promise.all([
      import('./connect.ts'),
      import('./pool.ts'),
    ]);
    const onChange = () => this.#changed();
    const servers = await connect(settings, { always, onChange });
    return new ServerPool(servers, { fallback, drawHere, runHere, onChange });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #refuse({ addresses, fallback = false }: ServerSettings, error: StudioError): void {
    this.#pool = undefined;
    this.#refused = addresses.map((address) => untold(address, 'refused', error.message));
    const answer = () => (fallback ? Promise.resolve(null) : Promise.reject(error));
    const nobody: Elsewhere = {
      portraitsAtOnce: 0,
      render: answer,
      run: () => Promise.resolve(null),
      close: () => undefined,
    };
    this.#inference.drawElsewhere(nobody);
    this.#changed();
  }
}

const UNASKED = 'nothing is sent to it before you have allowed it';

function isFixed(): StudioError {
  return new StudioError(
    'invalid-argument',
    'The model servers were named where the studio was started (CLIP_FLOW_ENGINE). Nothing was changed; start it without that to choose here.',
  );
}
