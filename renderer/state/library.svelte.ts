import { SvelteMap } from 'svelte/reactivity';
import type { Generation } from '../../electron/contract/generation.ts';
import type { LibraryFilter } from '../../electron/contract/library.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import { Selection } from './selection.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

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
  #source = $state.raw<Source>(ALL);
  #ids = $state.raw<readonly string[]>([]);
  #total = $state(0);
  #loaded = $state(false);
  #failed = $state(false);
  #next: string | null = null;
  #reading: Promise<void> | null = null;
  /** Counts the lists asked for, so that an answer to an older question is dropped. */
  #epoch = 0;
  readonly #service: StudioService;
  readonly #toasts: Toasts;
  readonly selection = new Selection(() => this.#ids);

  constructor(service: StudioService, toasts: Toasts) {
    this.#service = service;
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
    this.selection.clear();
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

  /** Shows a change at once; the engine's news of it follows and is the last word. */
  change(ids: readonly string[], change: Partial<Generation>): void {
    for (const id of ids) {
      const generation = this.#known.get(id);
      if (generation) this.take({ ...generation, ...change });
    }
  }

  /** They were deleted for good. */
  forget(ids: readonly string[]): void {
    if (this.#source.kind === 'shelf' && ids.some((id) => this.#isBeyond(id))) {
      void this.#recount(this.#source.shelf);
    }
    this.#drop(ids);
    for (const id of ids) this.#known.delete(id);
  }

  async takeNews(event: StudioEvent): Promise<void> {
    if (event.kind !== 'library') return;
    this.forget(event.removed);
    const news = [...event.added, ...event.changed];
    if (news.length > MAX_SINGLE_READS) return this.reload();
    const fresh = await Promise.all(news.map((id) => this.#service.get({ id }).catch(() => null)));
    for (const generation of fresh) if (generation) this.take(generation);
    const wentOrCame = fresh.some((generation) => generation?.trashedAt);
    if (this.#source.kind !== 'shelf' && wentOrCame) await this.reload();
  }

  /** Selects all there are, also what has not been read yet. */
  async selectAll(): Promise<void> {
    const epoch = this.#epoch;
    await this.reach(this.#total - 1);
    if (epoch === this.#epoch) this.selection.addAll();
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

  #drop(ids: readonly string[]): void {
    const isGone = (id: string) => ids.includes(id);
    const left = this.#ids.filter((id) => !isGone(id));
    this.#total -= this.#ids.length - left.length;
    this.selection.drop(ids, left);
    this.#ids = left;
  }
}
