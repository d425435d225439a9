import type { Generation } from '../../electron/contract/generation.ts';
import { strings } from '../strings.ts';
import type { Create } from './create.svelte.ts';
import type { Edits } from './edits.svelte.ts';
import type { Library } from './library.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Overlay, View } from './view.svelte.ts';

/** What lies over the easel and shows portraits as they lie in the library. */
const SHOWS_KEPT: readonly (Overlay['kind'] | undefined)[] = ['loupe', 'compare', 'tree'];

/** The parts of the window that say what is seen. */
export interface SeenParts {
  readonly view: View;
  readonly toasts: Toasts;
  readonly library: Library;
  readonly create: Create;
  readonly edits: Edits;
}

/**
 * What is on the easel, kept. Whatever acts on a portrait asks here first: edits that are seen and not
 * kept become a portrait of their own, with its lineage, and that is what is acted on.
 */
export class AsSeen {
  readonly #parts: SeenParts;
  #keeping: Promise<Generation | null> | null = null;
  /** The portrait that was kept last, and what of. */
  #last: { readonly made: string; readonly id: string } | null = null;

  constructor(parts: SeenParts) {
    this.#parts = parts;
  }

  /** The portraits as they are seen where the artist is. @throws StudioError when an edit could not be kept */
  async of(ids: readonly string[]): Promise<readonly string[]> {
    const [id] = ids;
    if (ids.length !== 1 || id !== this.#onEasel) return ids;
    const seen = await this.easel();
    return seen === null ? [] : [seen];
  }

  /** What is on the easel; null where that is nothing. @throws StudioError when its edits could not be kept */
  async easel(): Promise<string | null> {
    const { create, edits } = this.#parts;
    const { current } = create.easel;
    if (!current || edits.of !== current.id || !edits.isEdited) return current?.id ?? null;
    return (await this.keep())?.id ?? null;
  }

  /** Keeps the edited portrait, which takes the place of the one it was made from; null where there is none. */
  keep(): Promise<Generation | null> {
    this.#keeping ??= this.#keep().finally(() => (this.#keeping = null));
    return this.#keeping;
  }

  async #keep(): Promise<Generation | null> {
    const { edits, create, library, toasts } = this.#parts;
    const { of } = edits;
    if (of === null || !edits.isEdited) return null;
    const made = JSON.stringify([of, edits.edits]);
    const before = this.#last?.made === made ? library.portrait(this.#last.id) : undefined;
    if (before?.trashedAt === null) {
      create.easel.add(before.id, of);
      return before;
    }
    const kept = await edits.keeping.keep();
    if (!kept) return null;
    this.#last = { made, id: kept.id };
    library.take(kept);
    create.easel.add(kept.id, of);
    toasts.show(strings.edits.kept);
    return kept;
  }

  /** The portrait that the artist sees on the easel. */
  get #onEasel(): string | null {
    const { view, create } = this.#parts;
    if (view.place !== 'create' || SHOWS_KEPT.includes(view.overlay?.kind)) return null;
    return create.easel.current?.id ?? null;
  }
}
