import type { ImportedModel } from '../../electron/contract/component.ts';
import { type HubModel, hubNameSchema } from '../../electron/contract/hub.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { LongWork } from './long-work.svelte.ts';

export interface HubRun {
  readonly stage: 'looking' | 'bringing';
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

/** The owner and the name in what an artist typed or pasted, which may be the address of a page; or null. */
export function hubNameIn(typed: string): string | null {
  const path = typed.trim().replace(/^https?:\/\/[^/]+\//, '');
  const name = path.split('/').slice(0, 2).join('/');
  return hubNameSchema.safeParse(name).data ?? null;
}

/** A CLIP on a model hub: what would be downloaded, before it is. */
export class Hub extends LongWork<HubRun> {
  readonly #service: StudioService;
  #offered = $state.raw<HubModel | null>(null);

  constructor(service: StudioService) {
    super();
    this.#service = service;
  }

  /** What was looked up, until it was brought or another is looked up. */
  get offered(): HubModel | null {
    return this.#offered;
  }

  /** @param variant a precision of those that are offered; by default the best */
  async look(name: string, variant?: string): Promise<void> {
    if (this.run) return;
    this.#offered = null;
    this.#offered = await this.perform((signal) => {
      this.report({ stage: 'looking', done: 0, total: 0 });
      return this.#service.hubModel({ name, variant }, { signal });
    });
  }

  /** Downloads what was shown, and takes it in. Null when it was cancelled or failed. */
  async bring(): Promise<ImportedModel | null> {
    const { offered } = this;
    if (!offered || this.run) return null;
    const { name, revision, variant } = offered;
    const imported = await this.perform((signal) => {
      this.report({ stage: 'bringing', done: 0, total: 0 });
      return this.#service.importFromHub(
        { name, revision, variant },
        {
          signal,
          onEvent: (event) => {
            if (event.kind === 'advanced') this.report({ ...event, stage: 'bringing' });
          },
        },
      );
    });
    if (imported) this.#offered = null;
    return imported;
  }
}
