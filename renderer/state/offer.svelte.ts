import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo, StyleInfo } from '../../electron/contract/status.ts';

/** A style of the pack in use, and where its picture is. */
export interface OfferedStyle extends StyleInfo {
  readonly url: string | null;
}

/** What the pack in use can draw besides what its status says: pictures of its styles, phrases it describes by. */
export class Offer {
  #styles = $state.raw<readonly OfferedStyle[]>([]);
  #vocabulary = $state.raw<readonly string[]>([]);
  #of = '';
  readonly #service: StudioService;

  constructor(service: StudioService) {
    this.#service = service;
  }

  get styles(): readonly OfferedStyle[] {
    return this.#styles;
  }

  get vocabulary(): readonly string[] {
    return this.#vocabulary;
  }

  /** Reads it for a pack, unless that was done. @throws StudioError as the service does */
  async read({ id, version, folder, styles }: PackInfo): Promise<void> {
    const of = JSON.stringify([id, version, folder]);
    if (of === this.#of) return;
    this.#of = of;
    for (const { url } of this.#styles) if (url !== null) URL.revokeObjectURL(url);
    this.#styles = styles.map((style) => ({ ...style, url: null }));
    this.#vocabulary = [];
    try {
      const [{ phrases }, samples] = await Promise.all([
        this.#service.vocabulary({}),
        styles.length > 0 ? this.#samples() : [],
      ]);
      if (of !== this.#of) return;
      this.#vocabulary = phrases;
      this.#styles = styles.map((style) => {
        const sample = samples.find(({ id }) => id === style.id);
        return { ...style, url: sample ? URL.createObjectURL(new Blob([sample.bytes])) : null };
      });
    } catch (error) {
      // Asked for again the next time.
      if (of === this.#of) this.#of = '';
      throw error;
    }
  }

  async #samples() {
    const used = (await this.#service.packs({})).find(({ inUse }) => inUse);
    return used ? this.#service.styleSamples({ handle: used.handle }) : [];
  }
}
