import type {
  ComponentInfo,
  ComponentListing,
  LearnableKind,
} from '../../electron/contract/component.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { KeptPackListing, PackListing } from '../../electron/contract/status.ts';

/** A CLIP or a generator that a bridge can be learnt from. */
export interface Learnable {
  /** What a bridge is asked for by. */
  readonly id: string;
  readonly title: string;
  readonly license: string;
  /** Whether it is part of a pack; of a component that was imported, it is not. */
  readonly ofPack: boolean;
  /** Side of the pictures that a CLIP takes, or a generator draws, in pixels; null where only its pack's is known. */
  readonly resolution: number | null;
}

export type Upscaler = Extract<ComponentInfo, { kind: 'upscaler' }>;

/** Packs and components, as they were found last. */
export class Models {
  readonly #service: StudioService;
  #packs = $state.raw<readonly PackListing[] | null>(null);
  #components = $state.raw<readonly ComponentListing[]>([]);
  #kept = $state.raw<readonly KeptPackListing[]>([]);

  constructor(service: StudioService) {
    this.#service = service;
  }

  /** Null until they were looked for. */
  get packs(): readonly PackListing[] | null {
    return this.#packs;
  }

  get components(): readonly ComponentListing[] {
    return this.#components;
  }

  /** What the library keeps of packs. */
  get kept(): readonly KeptPackListing[] {
    return this.#kept;
  }

  async reload(): Promise<void> {
    const [packs, components, kept] = await Promise.all([
      this.#service.packs({}),
      this.#service.components({}),
      this.#service.keptPacks({}),
    ]);
    this.#packs = packs;
    this.#components = components;
    this.#kept = kept;
  }

  /** The upscalers that were imported, in the order in which the studio takes the first. */
  get upscalers(): readonly Upscaler[] {
    return this.#components.flatMap(({ component }) =>
      component?.kind === 'upscaler' ? [component] : [],
    );
  }

  async removePack(handle: string): Promise<void> {
    await this.#service.removePack({ handle });
    await this.reload();
  }

  async removeComponent(handle: string): Promise<void> {
    await this.#service.removeComponent({ handle });
    await this.reload();
  }

  async chooseClass(handle: string, index: number): Promise<void> {
    await this.#service.chooseClass({ handle, class: index });
    await this.reload();
  }

  /** The CLIPs or the generators that there are, those that were imported first. */
  learnable(kind: LearnableKind): Learnable[] {
    const imported = this.#components.flatMap(({ component }) =>
      component?.kind === kind ? [{ ...component, ofPack: false }] : [],
    );
    const ofPacks = (this.#packs ?? []).flatMap(({ pack }) => {
      if (!pack) return [];
      const { id, title, license, resolution } = pack;
      const size = kind === 'generator' ? resolution : null;
      return [{ id, title, license, ofPack: true, resolution: size }];
    });
    return [...imported, ...ofPacks];
  }

  /** What a CLIP or a generator is called; its id where it is gone. */
  titleOf(kind: LearnableKind, id: string): string {
    return this.learnable(kind).find((model) => model.id === id)?.title ?? id;
  }
}
