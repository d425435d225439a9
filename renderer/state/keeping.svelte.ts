import type { Generation } from '../../electron/contract/generation.ts';

/** Keeps what a place shows as a portrait of the library, one at a time. */
export class Keeping {
  #isBusy = $state(false);
  readonly #draw: () => Promise<Generation | null>;

  /** @param draw makes the portrait; null while there is none to make */
  constructor(draw: () => Promise<Generation | null>) {
    this.#draw = draw;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** The portrait as it was kept; null where another is being kept still. */
  async keep(): Promise<Generation | null> {
    if (this.#isBusy) return null;
    this.#isBusy = true;
    try {
      return await this.#draw();
    } finally {
      this.#isBusy = false;
    }
  }
}
