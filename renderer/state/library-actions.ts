import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import { Deeds, partsOf } from './deeds.ts';
import type { Library } from './library.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';

type Ids = readonly string[];

/** What can be done to portraits of the library, each with its way back where there is one. */
export class LibraryActions {
  readonly #service: StudioService;
  readonly #library: Library;
  readonly #deeds: Deeds;
  readonly #toasts: Toasts;

  constructor(service: StudioService, library: Library, undo: UndoStack, toasts: Toasts) {
    this.#service = service;
    this.#library = library;
    this.#deeds = new Deeds(service, undo, toasts);
    this.#toasts = toasts;
  }

  /** Stars all of them, or takes the star off when all have it. */
  async toggleStar(ids: Ids): Promise<void> {
    await this.star(ids, !this.#library.areAll(ids, ({ starred }) => starred));
  }

  async star(ids: Ids, starred = true): Promise<void> {
    const changing = ids.filter((id) => this.#library.portrait(id)?.starred !== starred);
    if (changing.length === 0) return;
    // Only of those is it known that they change.
    const seen = changing.filter((id) => this.#library.portrait(id));
    await this.#deeds.do({
      label: starred ? strings.undo.star(changing.length) : strings.undo.unstar(changing.length),
      calls: partsOf(changing, (part) => this.#service.star({ ids: part, starred })),
      show: (isDone) => this.#library.change(seen, { starred: isDone === starred }),
      isPossible: () => this.#areThere(changing),
    });
  }

  /** @param letGo what else they have to leave; gives the way back */
  async trash(ids: Ids, letGo: () => () => void): Promise<void> {
    let takeBack = () => {};
    await this.#move(ids, 'trash', strings.undo.trash(ids.length), (isDone) => {
      if (isDone) takeBack = letGo();
      else takeBack();
    });
  }

  async restore(ids: Ids): Promise<void> {
    await this.#move(ids, 'restore', strings.undo.restore(ids.length));
  }

  /** Deletes portraits of the trash for good. There is no way back. */
  async purge(ids: Ids): Promise<void> {
    let purged = 0;
    for (const call of partsOf(ids, (part) => this.#service.purge({ ids: part }))) {
      purged += (await call()).changed;
    }
    this.#toasts.show(strings.gallery.purged(purged));
  }

  /** Whether any of them can still be changed: what was deleted for good cannot. */
  #areThere(ids: Ids): boolean {
    return ids.some((id) => !this.#library.isGone(id));
  }

  /** @param follow what else goes with it, there and back */
  async #move(
    ids: Ids,
    to: 'trash' | 'restore',
    label: string,
    follow?: (isDone: boolean) => void,
  ): Promise<void> {
    const isTrashing = to === 'trash';
    // Who was there already stays there when it is taken back.
    const others = ids.filter((id) => {
      const portrait = this.#library.portrait(id);
      return portrait !== undefined && (portrait.trashedAt !== null) !== isTrashing;
    });
    await this.#deeds.do({
      label,
      told: isTrashing ? strings.gallery.trashed(ids.length) : strings.gallery.restored(ids.length),
      calls: partsOf(ids, (part) => this.#service[to]({ ids: part })),
      show: (isDone) => {
        const trashedAt = isDone === isTrashing ? Date.now() : null;
        this.#library.change(isDone ? ids : others, { trashedAt });
        follow?.(isDone);
      },
      isPossible: () => this.#areThere(ids),
    });
  }
}
