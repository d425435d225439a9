import type { BridgeEstimate, BridgeRequest } from '../../electron/contract/bridge.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { LongWork } from './long-work.svelte.ts';

/** How far the trial is, in pictures. */
export interface TrialRun {
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

type Asked = Pick<BridgeRequest, 'clip' | 'generator' | 'pairs'>;

/** How long the bridge that is filled in would take on this computer. */
export class BridgeEstimates extends LongWork<TrialRun> {
  readonly #service: StudioService;
  #told = $state.raw<BridgeEstimate | null>(null);
  #asked = 0;
  /** What is filled in. */
  #wanted: Asked | null = null;

  constructor(service: StudioService) {
    super();
    this.#service = service;
  }

  /** Of what was asked for last; null before it was told. */
  get told(): BridgeEstimate | null {
    return this.#told;
  }

  /** By what was measured when the two models last worked. */
  async look({ clip, generator, pairs }: Asked): Promise<void> {
    const asked = (this.#asked += 1);
    this.#wanted = { clip, generator, pairs };
    const told = await this.#service.estimateBridge({ clip, generator, pairs, measure: false });
    if (asked === this.#asked) this.#told = told;
  }

  /** Tries the two models for a moment, and tells what that means for what is filled in by then. */
  async measure({ clip, generator, pairs }: Asked): Promise<void> {
    const told = await this.perform((signal) => {
      this.report({ done: 0, total: 0 });
      return this.#service.estimateBridge(
        { clip, generator, pairs, measure: true },
        {
          signal,
          onEvent: (event) => {
            if (event.kind === 'advanced') this.report(event);
          },
        },
      );
    });
    if (told) await this.look(this.#wanted ?? { clip, generator, pairs });
  }
}
