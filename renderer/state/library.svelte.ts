import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Generation } from '../../electron/contract/generation.ts';
import type { LibraryFilter } from '../../electron/contract/library.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Change, UndoStack } from './undo.svelte.ts';

const PAGE = 500;
const MAX_HITS = 300;
/** News of more portraits than this is answered by reading the list again. */
const MAX_SINGLE_READS = 50;

export type Shelf = 'all' | 'starred' | 'trash';

/** What the gallery shows: a shelf, newest first, or a search, best first. */
export type Source =
  | { kind: 'shelf'; shelf: Shelf }
  | { kind: 'words'; words: string }
  | { kind: 'similar'; to: string };

const SHELF_FILTER: Record<Shelf, LibraryFilter> = {
  all: {},
  starred: { starred: true },
  trash: { trashed: true },
};

const ALL: Source = { kind: 'shelf', shelf: 'all' };

/** Ids are UUIDv7: their order is the order of creation. */
const newestFirst = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

/** Everything ever made: one list that filmstrip and gallery both show, and what is selected in it. */
export class Library {
  readonly #known = new SvelteMap<string, Generation>();
  readonly #selected = new SvelteSet<string>();
  #source = $state.raw<Source>(ALL);
  #ids = $state.raw<readonly string[]>([]);
  #total = $state(0);
  #loaded = $state(false);
  #failed = $state(false);
  #cursor = $state<string | null>(null);
  /** Where a selection with Shift starts. */
  #anchor: string | null = null;
  #next: string | null = null;
  #reading: Promise<void> | null = null;
  /** Counts the lists asked for, so that an answer to an older question is dropped. */
  #epoch = 0;
  readonly #service: StudioService;
  readonly #undo: UndoStack;
  readonly #toasts: Toasts;

  constructor(service: StudioService, undo: UndoStack, toasts: Toasts) {
    this.#service = service;
    this.#undo = undo;
    this.#toasts = toasts;
  }

  get source(): Source {
    return this.#source;
  }

  /** Ids in order of display, as far as they have been read. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** How many there are to show, read or not. */
  get total(): number {
    return this.#total;
  }

  /** False until the list was read for the first time. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Whether it could not be read: then there is nothing to show. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The portrait the arrow keys start from. */
  get cursor(): string | null {
    return this.#cursor;
  }

  get selection(): readonly string[] {
    return this.#ids
      .filter((id) => this.#selected.has(id))
      .concat([...this.#selected].filter((id) => !this.#ids.includes(id)));
  }

  isSelected(id: string): boolean {
    return this.#selected.has(id);
  }

  portrait(id: string): Generation | undefined {
    return this.#known.get(id);
  }

  /** Reads portraits that are not known yet; those that are gone are left out. */
  async fetch(ids: readonly string[]): Promise<Generation[]> {
    const found = await Promise.all(
      ids.map(async (id) => {
        try {
          return this.#known.get(id) ?? this.#remember(await this.#service.get({ id }));
        } catch {
          return null;
        }
      }),
    );
    return found.filter((generation) => generation !== null);
  }

  async show(source: Source): Promise<void> {
    this.#source = source;
    this.clearSelection();
    await this.reload();
  }

  async reload(): Promise<void> {
    const epoch = ++this.#epoch;
    this.#reading = null;
    // Where the list before could be read on means nothing in this one.
    this.#next = null;
    let failed = false;
    try {
      if (this.#source.kind === 'shelf') await this.#readShelf(this.#source.shelf, epoch);
      else await this.#readHits(this.#source, epoch);
    } catch (error) {
      failed = true;
      this.#toasts.fail(error);
    }
    if (epoch !== this.#epoch) return;
    this.#loaded = true;
    this.#failed = failed;
    // What was shown before is not what is asked for.
    if (failed) this.#list([]);
  }

  /** Reads on until the list reaches `index`. */
  async reach(index: number): Promise<void> {
    while (index >= this.#ids.length && this.#next !== null) {
      this.#reading ??= this.#readPage(this.#epoch).finally(() => (this.#reading = null));
      try {
        await this.#reading;
      } catch (error) {
        this.#toasts.fail(error);
        return;
      }
    }
  }

  /** A portrait that has just been drawn or read. */
  take(generation: Generation): void {
    this.#remember(generation);
    if (this.#source.kind !== 'shelf') return;
    const { id } = generation;
    const fits = this.#fits(generation, this.#source.shelf);
    if (this.#ids.includes(id)) {
      if (!fits) this.#drop([id]);
    } else if (this.#isBeyond(id)) void this.#recount(this.#source.shelf);
    else if (fits) this.#insert(id);
  }

  async takeNews(event: StudioEvent): Promise<void> {
    if (event.kind !== 'library') return;
    this.#forget(event.removed);
    const touched = [...event.added, ...event.changed];
    if (touched.length > MAX_SINGLE_READS) return this.reload();
    const fresh = await Promise.all(
      touched.map((id) => this.#service.get({ id }).catch(() => null)),
    );
    for (const generation of fresh) if (generation) this.take(generation);
    const wentOrCame = fresh.some((generation) => generation?.trashedAt);
    if (this.#source.kind !== 'shelf' && wentOrCame) await this.reload();
  }

  // Selection

  /** Selects one portrait and starts from it. */
  select(id: string | null): void {
    this.#selected.clear();
    if (id !== null) this.#selected.add(id);
    this.#cursor = id;
    this.#anchor = id;
  }

  /** Adds a portrait to the selection, or takes it out. */
  toggle(id: string): void {
    if (!this.#selected.delete(id)) this.#selected.add(id);
    this.#cursor = id;
    this.#anchor = id;
  }

  /** Selects from where the last plain selection was made to `id`, which becomes the cursor. */
  extendTo(id: string): void {
    const to = this.#ids.indexOf(id);
    const found = this.#ids.indexOf(this.#anchor ?? id);
    // Where it was is gone: the selection starts anew.
    const anchor = found < 0 ? to : found;
    this.#selected.clear();
    for (const each of this.#ids.slice(Math.min(anchor, to), Math.max(anchor, to) + 1)) {
      this.#selected.add(each);
    }
    this.#cursor = id;
  }

  /** Also what has not been read yet. */
  async selectAll(): Promise<void> {
    const epoch = this.#epoch;
    await this.reach(this.#total - 1);
    if (epoch !== this.#epoch) return;
    for (const id of this.#ids) this.#selected.add(id);
  }

  clearSelection(): void {
    this.#selected.clear();
    this.#cursor = null;
  }

  // What can be done to portraits, each with its way back

  /** Stars all of them, or takes the star off when all have it. */
  async toggleStar(ids: readonly string[]): Promise<void> {
    const starred = !ids.every((id) => this.#known.get(id)?.starred);
    const changing = ids.filter((id) => this.#known.get(id)?.starred !== starred);
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
    this.#forget(ids);
    this.#toasts.show(strings.gallery.purged(changed));
  }

  /** Whether any of them can still be changed: what was deleted for good cannot. */
  #areThere(ids: readonly string[]): boolean {
    return ids.some((id) => this.#known.has(id));
  }

  async #setStar(ids: readonly string[], starred: boolean): Promise<void> {
    await this.#service.star({ ids: [...ids], starred });
    this.#change(ids, { starred });
  }

  async #move(ids: readonly string[], to: 'trash' | 'restore'): Promise<void> {
    await this.#service[to]({ ids: [...ids] });
    this.#change(ids, { trashedAt: to === 'trash' ? Date.now() : null });
    if (this.#source.kind !== 'shelf') await this.reload();
  }

  /** Shows a change at once; the engine's news of it follows and is the last word. */
  #change(ids: readonly string[], change: Partial<Generation>): void {
    for (const id of ids) {
      const generation = this.#known.get(id);
      if (generation) this.take({ ...generation, ...change });
    }
  }

  // Reading

  async #readShelf(shelf: Shelf, epoch: number): Promise<void> {
    const filter = SHELF_FILTER[shelf];
    const [page, { count }] = await Promise.all([
      this.#service.list({ ...filter, limit: PAGE }),
      this.#service.count(filter),
    ]);
    if (epoch !== this.#epoch) return;
    this.#list(page.items, count);
    this.#next = page.next;
  }

  /** Portraits that lie beyond what was read came, went or changed: only the engine knows how many there are now. */
  async #recount(shelf: Shelf): Promise<void> {
    const epoch = this.#epoch;
    const { count } = await this.#service.count(SHELF_FILTER[shelf]);
    if (epoch === this.#epoch) this.#total = Math.max(count, this.#ids.length);
  }

  async #readPage(epoch: number): Promise<void> {
    if (this.#source.kind !== 'shelf' || this.#next === null) return;
    const filter = SHELF_FILTER[this.#source.shelf];
    const page = await this.#service.list({ ...filter, limit: PAGE, before: this.#next });
    if (epoch !== this.#epoch) return;
    const fresh = page.items.map((item) => this.#remember(item).id);
    this.#ids = [...this.#ids, ...fresh.filter((id) => !this.#ids.includes(id))];
    this.#next = page.next;
    if (page.next === null) this.#total = this.#ids.length;
  }

  async #readHits(source: Exclude<Source, { kind: 'shelf' }>, epoch: number): Promise<void> {
    const hits =
      source.kind === 'words'
        ? await this.#service.search({ words: source.words, limit: MAX_HITS })
        : await this.#service.similar({ id: source.to, limit: MAX_HITS });
    if (epoch !== this.#epoch) return;
    this.#list(hits.map(({ generation }) => generation));
  }

  /** Shows these, of `total`. */
  #list(generations: readonly Generation[], total = 0): void {
    this.#ids = generations.map((generation) => this.#remember(generation).id);
    this.#total = Math.max(total, this.#ids.length);
  }

  #remember(generation: Generation): Generation {
    this.#known.set(generation.id, generation);
    return generation;
  }

  #fits({ trashedAt, starred }: Generation, shelf: Shelf): boolean {
    if ((trashedAt !== null) !== (shelf === 'trash')) return false;
    return shelf !== 'starred' || starred;
  }

  /** Whether a portrait is older than everything read so far: a later page will bring it. */
  #isBeyond(id: string): boolean {
    const oldestRead = this.#ids.at(-1);
    return this.#next !== null && oldestRead !== undefined && id < oldestRead;
  }

  #insert(id: string): void {
    this.#total += 1;
    this.#ids = [...this.#ids, id].sort(newestFirst);
  }

  /** They were deleted for good. */
  #forget(ids: readonly string[]): void {
    if (this.#source.kind === 'shelf' && ids.some((id) => this.#isBeyond(id))) {
      void this.#recount(this.#source.shelf);
    }
    this.#drop(ids);
    for (const id of ids) this.#known.delete(id);
  }

  #drop(ids: readonly string[]): void {
    const isGone = (id: string) => ids.includes(id);
    const left = this.#ids.filter((id) => !isGone(id));
    this.#total -= this.#ids.length - left.length;
    const wasSelected = ids.filter((id) => this.#selected.delete(id)).length > 0;
    if (this.#cursor !== null && isGone(this.#cursor)) {
      const next = left[Math.min(this.#ids.indexOf(this.#cursor), left.length - 1)] ?? null;
      // The next key acts on the neighbour, as the eye expects.
      if (wasSelected && this.#selected.size === 0) this.select(next);
      else this.#cursor = next;
    }
    this.#ids = left;
  }
}
