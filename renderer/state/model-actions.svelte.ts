import type { BridgeRequest } from '../../electron/contract/bridge.ts';
import type { ImportedModel } from '../../electron/contract/component.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { BridgeEstimates } from './bridge-estimate.svelte.ts';
import { BridgeForm } from './bridge-form.svelte.ts';
import { Bridges } from './bridges.svelte.ts';
import { Hub } from './hub.svelte.ts';
import type { ModelFiles } from './model-files.ts';
import { ModelImport } from './model-import.svelte.ts';
import { Models } from './models.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Everything an artist does with models, and what is told of it. */
export class ModelActions {
  readonly found: Models;
  readonly imports: ModelImport;
  readonly hub: Hub;
  readonly bridges: Bridges;
  readonly form: BridgeForm;
  readonly estimates: BridgeEstimates;
  /** What the last import gave, until it was read or the next one begins. */
  brought = $state.raw<ImportedModel | null>(null);
  readonly #service: StudioService;
  readonly #toasts: Toasts;

  constructor(service: StudioService, toasts: Toasts) {
    this.#service = service;
    this.#toasts = toasts;
    this.found = new Models(service);
    this.imports = new ModelImport(service);
    this.hub = new Hub(service);
    this.bridges = new Bridges(service);
    this.form = new BridgeForm(this.found);
    this.estimates = new BridgeEstimates(service);
  }

  /** Looks for models and for what was begun. */
  async reload(): Promise<void> {
    await Promise.all([this.found.reload(), this.bridges.reload()]);
  }

  /** Takes a model in; which pack is drawn with stays the artist's choice. */
  async add(model: ModelFiles, replace = false): Promise<void> {
    await this.#welcome(this.imports.start(model, replace));
  }

  /** Takes in the CLIP that was looked up on a hub. */
  async bringFromHub(): Promise<void> {
    await this.#welcome(this.hub.bring());
  }

  /** Learns a bridge in the background, and offers the pack that comes of it. */
  async learn(request: BridgeRequest): Promise<void> {
    if (this.bridges.run) return this.#toasts.show(strings.bridges.oneAtATime);
    this.form.close();
    await this.#offer(this.bridges.learn(request));
  }

  /** Makes a pack of what has been learnt so far. */
  async finish(): Promise<void> {
    await this.#offer(this.bridges.finish());
  }

  /** Draws with a pack from now on. */
  async use(folder: string): Promise<void> {
    await this.#try(async () => {
      await this.found.reload();
      const listing = this.found.packs?.find((pack) => pack.folder === folder);
      if (listing) await this.#service.choosePack({ handle: listing.handle });
    });
  }

  async #welcome(importing: Promise<ImportedModel | null>): Promise<void> {
    this.brought = null;
    const added = await importing;
    if (!added) return;
    this.brought = added;
    await this.#try(() => this.found.reload());
    const { title } = added.kind === 'pack' ? added.pack : added.component;
    this.#toasts.show(strings.models.added(title));
  }

  async #offer(learning: Promise<PackInfo | null>): Promise<void> {
    const pack = await learning;
    if (!pack) return;
    await this.#try(() => this.found.reload());
    this.#toasts.show(strings.bridges.learnt(pack.title), {
      label: strings.models.use,
      run: () => void this.use(pack.folder),
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.#toasts.fail(error));
  }
}
