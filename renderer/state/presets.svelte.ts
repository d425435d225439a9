import type { Preset } from '../../electron/contract/preset.ts';
import type { StudioService } from '../../electron/contract/service.ts';

/** Prompts that the artist has saved under a name. They are kept with the library, for every window of it. */
export class Presets {
  #all = $state.raw<readonly Preset[]>([]);
  readonly #service: StudioService;

  constructor(service: StudioService) {
    this.#service = service;
  }

  /** By their names. */
  get all(): readonly Preset[] {
    return this.#all;
  }

  /** @throws StudioError as the service does */
  async reload(): Promise<void> {
    const { presets } = await this.#service.librarySettings({});
    this.#all = presets.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** Saves one in the place of another of its name. */
  async save(preset: Preset): Promise<void> {
    await this.#change((all) => [...all.filter(({ name }) => name !== preset.name), preset]);
  }

  async remove({ name: gone }: Preset): Promise<void> {
    await this.#change((all) => all.filter(({ name }) => name !== gone));
  }

  /** Another window may have changed them meanwhile. */
  async #change(change: (all: readonly Preset[]) => readonly Preset[]): Promise<void> {
    await this.reload();
    await this.#service.setLibrarySettings({ presets: [...change(this.#all)] });
    await this.reload();
  }
}
