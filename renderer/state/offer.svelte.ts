import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';

/** What the pack in use can draw besides what its status says: pictures of its styles, phrases it describes by. */
export class Offer {
  #pictures = $state.raw<Readonly<Record<string, string>>>({});
  #vocabulary = $state.raw<readonly string[]>([]);
  #of = '';
  readonly #service: StudioService;

  constructor(service: StudioService) {
    this.#service = service;
  }

  /** Where the pictures of styles are, by the style's id; none until they are read. */
  get pictures(): Readonly<Record<string, string>> {
    return this.#pictures;
  }

  get vocabulary(): readonly string[] {
    return this.#vocabulary;
  }

  /** Reads it for a pack, unless that was done. @throws StudioError as the service does */
  async read({ id, version, folder, styles }: PackInfo): Promise<void> {
    const of = JSON.stringify([id, version, folder]);
    if (of === this.#of) return;
    this.#of = of;
    for (const url of Object.values(this.#pictures)) URL.revokeObjectURL(url);
    this.#pictures = {};
    this.#vocabulary = [];
    try {
      const [{ phrases }, samples] = await Promise.all([
        this.#service.vocabulary({}),
        styles.length > 0 ? this.#service.styleSamples({}) : [],
      ]);
      if (of !== this.#of) return;
      this.#vocabulary = phrases;
      this.#pictures = Object.fromEntries(
        samples.map(({ id, bytes }) => [id, URL.createObjectURL(new Blob([bytes]))]),
      );
    } catch (error) {
      // Asked for again the next time.
      if (of === this.#of) this.#of = '';
      throw error;
    }
  }
}
