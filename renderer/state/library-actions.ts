import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import type { Library } from './library.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Change, UndoStack } from './undo.svelte.ts';

/** What can be done to portraits of the library, each with its way back where there is one. */
export class LibraryActions {
  readonly #service: StudioService;
  readonly #library: Library;
  readonly #undo: UndoStack;
  readonly #toasts: Toasts;

  constructor(service: StudioService, library: Library, undo: UndoStack, toasts: Toasts) {
    this.#service = service;
    this.#library = library;
    this.#undo = undo;
    this.#toasts = toasts;
  }

  /** Stars all of them, or takes the star off when all have it. */
  async toggleStar(ids: readonly string[]): Promise<void> {
    await this.star(ids, !ids.every((id) => this.#library.portrait(id)?.starred));
  }

  async star(ids: readonly string[], starred = true): Promise<void> {
    const changing = ids.filter((id) => this.#library.portrait(id)?.starred !== starred);
    if (changing.length === 0) return;
    await this.#undo.make({
      isPossible: () => this.#areThere(changing),
      label: starred ? strings.undo.star(changing.length) : strings.undo.unstar(changing.length),
      redo: () => this.#setStar(changing, starred),
      undo: () => this.#setStar(changing, !starred),
    });
  }

  /** @param letGo what else they have to leave; gives the way back */
  async trash(ids: readonly string[], letGo: () => () => void): Promise<void> {
    let takeBack = () => {};
    const change: Change = {
      isPossible: () => this.#areThere(ids),
      label: strings.undo.trash(ids.length),
      redo: async () => {
        await this.#move(ids, 'trash');
        takeBack = letGo();
      },
      undo: async () => {
        await this.#move(ids, 'restore');
        takeBack();
      },
    };
    await this.#undo.make(change);
    this.#toasts.show(strings.gallery.trashed(ids.length), {
      label: strings.undo.undo,
      run: () => void this.#undo.undo(change).catch((error: unknown) => this.#toasts.fail(error)),
    });
  }

  async restore(ids: readonly string[]): Promise<void> {
    await this.#undo.make({
      isPossible: () => this.#areThere(ids),
      label: strings.undo.restore(ids.length),
      redo: () => this.#move(ids, 'restore'),
      undo: () => this.#move(ids, 'trash'),
    });
    this.#toasts.show(strings.gallery.restored(ids.length));
  }

  /** Deletes portraits of the trash for good. There is no way back. */
  async purge(ids: readonly string[]): Promise<void> {
    const { changed } = await this.#service.purge({ ids: [...ids] });
    this.#library.forget(ids);
    this.#toasts.show(strings.gallery.purged(changed));
  }

  /** Whether any of them can still be changed: what was deleted for good cannot. */
  #areThere(ids: readonly string[]): boolean {
    return ids.some((id) => !this.#library.isGone(id));
  }

  async #setStar(ids: readonly string[], starred: boolean): Promise<void> {
    await this.#service.star({ ids: [...ids], starred });
    this.#library.change(ids, { starred });
  }

  async #move(ids: readonly string[], to: 'trash' | 'restore'): Promise<void> {
    await this.#service[to]({ ids: [...ids] });
    this.#library.change(ids, { trashedAt: to === 'trash' ? Date.now() : null });
  }
}
